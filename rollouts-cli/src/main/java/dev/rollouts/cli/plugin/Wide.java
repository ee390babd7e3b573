package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.KubeObject;
import java.util.ArrayList;
import java.util.List;

/** What {@code -o wide} says below the tree: the conditions. */
final class Wide {
  private Wide() {}

  static List<String> lines(Session session, KubeObject object) {
    List<String> lines = new ArrayList<>();
    for (KubeObject each : object.children("status", "conditions")) {
      lines.add(
          session.shown(
              "%s=%s %s: %s"
                  .formatted(
                      each.text("type"),
                      each.text("status"),
                      each.text("reason"),
                      each.text("message"))));
    }
    if (!lines.isEmpty()) {
      lines.add(0, "Conditions:");
      lines.add(0, "");
    }
    return lines;
  }
}
