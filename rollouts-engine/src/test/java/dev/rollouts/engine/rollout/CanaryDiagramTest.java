package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The state diagram of docs/spec/canary.md against canaries that are driven through it. */
class CanaryDiagramTest {
  private static final Pattern EDGE = Pattern.compile("^\\s*(\\S+) --> (\\w+)(?::.*)?$");

  private static final List<String> SCRIPTS =
      List.of(
          "hold; +0s; release",
          "web:2; promote; +31s",
          "hold; web:2; release; promote; hold; +31s; release",
          "web:2; skip-all",
          "web:2; hold; skip-all",
          "hold; web:2; web:3",
          "hold; web:2; web:1; release",
          "hold; web:2; abort; retry; abort; web:1; release",
          "hold; web:2; full; abort; full; release",
          "hold; web:2; full; pause; unpause; web:3",
          "hold; web:2; full; web:1",
          "hold; web:2; +61s; release; promote",
          "hold; web:2; +61s; abort",
          "hold; web:2; +61s; pause",
          "hold; web:2; +61s; web:3",
          "hold; web:2; +61s; full",
          "hold; web:2; +61s; web:1",
          "hold; web:2; pause; unpause",
          "hold; web:2; full; +61s; release",
          "web:2; abort; web:3",
          "web:2; abort; (full); turn; turn; turn; +0s",
          "web:2; abort; hold; full",
          "web:2; web:1",
          "web:2; web:3",
          "web:2; abort; web:1",
          "web:2; full",
          "web:2; promote; abort; retry",
          "web:2; promote; hold; skip-all; +0s; abort",
          "web:2; promote; hold; skip-all; web:3",
          "pause; unpause",
          "pause; web:2; unpause",
          "break 1 1; pause; unpause; break 1 0",
          "break 1 1; +61s; break 1 0",
          "break 1 1; web:2",
          "break 1 1; +61s; web:2",
          "replicas 8",
          "hold; replicas 8; web:2");

  /** Where a canary stands, as the diagram names it. */
  private static String state(RolloutStatus status) {
    boolean isOver =
        !status.stableRS().isEmpty() && status.stableRS().equals(status.currentPodHash());
    return switch (status.phase()) {
      case HEALTHY -> "Healthy";
      case PAUSED -> "Paused";
      case DEGRADED -> status.abort() ? "Aborted" : "TimedOut";
      case PROGRESSING -> isOver ? "Settling" : "Updating";
    };
  }

  private static Set<String> driven() {
    Set<String> edges = new TreeSet<>();
    for (String script : SCRIPTS) {
      World world =
          new World(
              Manifests.rollout(
                  """
                  replicas: 5
                  progressDeadlineSeconds: 60
                  strategy:
                    canary:
                      steps:
                      - setWeight: 20
                      - pause: {}
                      - setWeight: 60
                      - pause: {duration: 30s}
                  """));
      if (!script.startsWith("hold; +0s")) {
        world.settle();
      }
      Play.of(world, script);
      String from = "[*]";
      for (var decision : world.decisions) {
        String to = state(decision.status());
        if (!from.equals(to)) {
          edges.add(from + " --> " + to);
        }
        from = to;
      }
    }
    return edges;
  }

  private static Set<String> drawn() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "spec", "canary.md"));
    int start = page.indexOf("stateDiagram-v2");
    Set<String> edges = new TreeSet<>();
    for (String line : page.substring(start, page.indexOf("```", start)).split("\n")) {
      Matcher edge = EDGE.matcher(line);
      if (edge.matches()) {
        edges.add(edge.group(1) + " --> " + edge.group(2));
      }
    }
    return edges;
  }

  @Test
  @DisplayName("R-465 A canary goes the ways that the diagram shows, and no others")
  void theDiagram() throws IOException {
    assertThat(driven()).isEqualTo(drawn());
  }
}
