package dev.rollouts.cli.plugin.view;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.plugin.view.Look.Colour;
import java.util.EnumSet;
import java.util.Set;

/** What a ReplicaSet is to its rollout (K §4.2). The order is that of images (K-084). */
enum Tag {
  CANARY("canary", Colour.YELLOW),
  STABLE("stable", Colour.GREEN),
  ACTIVE("active", Colour.GREEN),
  PREVIEW("preview", Colour.BRIGHT_BLUE),
  PING("ping", Colour.BRIGHT_BLUE),
  PONG("pong", Colour.BRIGHT_BLUE);

  private final String word;
  private final Colour colour;

  Tag(String word, Colour colour) {
    this.word = word;
    this.colour = colour;
  }

  String word() {
    return word;
  }

  String shown(Look look) {
    return look.paint(colour, word);
  }

  /** A text in the colour of this tag. */
  String paint(Look look, String text) {
    return look.paint(colour, text);
  }

  /** The tags of a rollout's ReplicaSet. */
  static Set<Tag> of(KubeObject rollout, KubeObject replicaSet) {
    Set<Tag> tags = EnumSet.noneOf(Tag.class);
    String hash = replicaSet.label(RolloutKeys.POD_TEMPLATE_HASH);
    if (hash.isEmpty()) {
      return tags;
    }
    boolean stable = hash.equals(rollout.text("status", "stableRS"));
    if (rollout.has("spec", "strategy", "blueGreen")) {
      if (stable) {
        tags.add(STABLE);
      }
      if (hash.equals(rollout.text("status", "blueGreen", "activeSelector"))) {
        tags.add(ACTIVE);
      } else if (hash.equals(rollout.text("status", "blueGreen", "previewSelector"))) {
        tags.add(PREVIEW);
      }
      return tags;
    }
    if (rollout.has("spec", "strategy", "canary")) {
      boolean canary = !stable && hash.equals(rollout.text("status", "currentPodHash"));
      if (stable) {
        tags.add(STABLE);
      } else if (canary) {
        tags.add(CANARY);
      }
      if ((stable || canary) && rollout.has("spec", "strategy", "canary", "pingPong")) {
        boolean stableIsPing = rollout.text("status", "canary", "stablePingPong").equals("ping");
        tags.add(stable == stableIsPing ? PING : PONG);
      }
    }
    return tags;
  }
}
