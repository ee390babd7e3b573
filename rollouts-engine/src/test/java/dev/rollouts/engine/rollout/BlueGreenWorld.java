package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A world with a blue-green rollout of three pods, which notes the states that it passes. */
final class BlueGreenWorld {
  final World world;

  /** The states so far, in the words of the diagram of docs/spec/blue-green.md. */
  final List<String> path = new ArrayList<>(List.of("[*]"));

  private BlueGreenWorld(World world) {
    this.world = world;
  }

  /**
   * A rollout that nothing has happened to yet.
   *
   * @param options lines under {@code blueGreen} beside the Services
   */
  static BlueGreenWorld of(String options) {
    String preview = options.contains("previewService") ? "" : "previewService: web-preview\n";
    World world =
        new World(
            Manifests.rollout(
                """
                replicas: 3
                strategy:
                  blueGreen:
                    activeService: web-active
                """
                    + (preview + options).indent(4)));
    world.service("web-active").service("web-preview").template("smoke");
    return new BlueGreenWorld(world);
  }

  /** The first version is live. */
  static BlueGreenWorld deployed(String options) {
    BlueGreenWorld made = of(options).settle();
    if (!made.state().equals("Promoted")) {
      throw new AssertionError(made.world.status());
    }
    made.world.events.clear();
    return made;
  }

  /** The next version's ReplicaSet is there, without pods. */
  BlueGreenWorld begin() {
    world.image("web:2").pass(Duration.ofMinutes(1));
    for (int i = 0; i < 3; i++) {
      turn();
    }
    return this;
  }

  /** The next version, as far as it gets by itself. */
  BlueGreenWorld update() {
    world.image("web:2").pass(Duration.ofMinutes(1));
    return settle();
  }

  Decision<RolloutStatus, ClusterEffect> turn() {
    Decision<RolloutStatus, ClusterEffect> decision = world.turn();
    if (!state().equals(path.get(path.size() - 1))) {
      path.add(state());
    }
    return decision;
  }

  BlueGreenWorld settle() {
    for (int i = 0; i < 200; i++) {
      RolloutStatus before = world.status();
      Decision<RolloutStatus, ClusterEffect> decision = turn();
      if (decision.effects().isEmpty() && decision.status().equals(before)) {
        return this;
      }
    }
    throw new AssertionError("no end of turns");
  }

  BlueGreenWorld then(Consumer<BlueGreenWorld> act) {
    act.accept(this);
    return settle();
  }

  /** Clears the pauses, as a person does. */
  BlueGreenWorld resume() {
    world.patch(status -> status.pauseConditions(List.of()));
    return settle();
  }

  BlueGreenWorld later(int seconds) {
    world.pass(Duration.ofSeconds(seconds));
    return settle();
  }

  Decision<RolloutStatus, ClusterEffect> decide() {
    return world.engine.decide(world.rollout, world.observations(), world.now);
  }

  /** Sizes and available pods of a revision, put there by hand. */
  BlueGreenWorld pods(long revision, int wanted, int available) {
    ReplicaSet set = world.revision(revision);
    world.sets.put(
        set.name(),
        set.withReplicas(wanted)
            .withStatus(
                new ReplicaSet.Status(
                    wanted, available, available, set.metadata().generation(), List.of())));
    return this;
  }

  /** Lets this many pods of a revision never become available. */
  BlueGreenWorld breakPods(long revision, int count) {
    world.breakPods(world.revision(revision), count);
    return this;
  }

  String run(String suffix) {
    return "web-" + world.status().currentPodHash() + "-" + revision() + suffix;
  }

  private String revision() {
    return world.rollout.metadata().annotations().get("rollout.argoproj.io/revision");
  }

  /** The revision that the active Service points at; 0 for none. */
  long active() {
    return revision(world.selected("web-active"));
  }

  /** The revision that the preview Service points at; 0 for none. */
  long preview() {
    return revision(world.selected("web-preview"));
  }

  long stable() {
    return revision(world.status().stableRS());
  }

  private long revision(String hash) {
    return world.sets.values().stream()
        .filter(each -> each.hash().equals(hash))
        .mapToLong(ReplicaSet::revision)
        .findFirst()
        .orElse(0);
  }

  int size(long revision) {
    return world.revision(revision).replicas();
  }

  boolean isPaused() {
    return world.status().isPausedFor(PauseCondition.BLUE_GREEN_PAUSE);
  }

  /** Where the update stands, in the words of the diagram. */
  String state() {
    RolloutStatus status = world.status();
    if (status.currentPodHash().isEmpty()) {
      return "[*]";
    }
    if (status.abort()) {
      return "Aborted";
    }
    boolean isActive = world.selected("web-active").equals(status.currentPodHash());
    if (status.stableRS().equals(status.currentPodHash())) {
      boolean isFirst = world.selected("web-active").isEmpty();
      return isActive ? "Promoted" : isFirst ? "Starting" : "Returning";
    }
    if (status.isPausedFor(PauseCondition.INCONCLUSIVE_ANALYSIS)) {
      return "Inconclusive";
    }
    if (isActive) {
      return "Switched";
    }
    if (status.isPausedFor(PauseCondition.BLUE_GREEN_PAUSE)) {
      return "Paused";
    }
    return "Previewing";
  }
}
