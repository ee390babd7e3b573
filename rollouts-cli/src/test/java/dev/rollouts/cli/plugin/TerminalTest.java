package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.plugin.ScriptedServer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The watch in a real terminal. */
@Tag("it")
class TerminalTest {
  private static final int PODS = 12;

  @TempDir Path folder;

  private static String objects(String name, String message) {
    StringBuilder yaml =
        new StringBuilder(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: %1$s, uid: r, creationTimestamp: "2020-01-01T00:00:00Z"}
            spec: {replicas: 12, strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}]}}}
            status: {phase: Paused, message: "%2$s", currentStepIndex: 1, stableRS: x, currentPodHash: x}
            ---
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata:
              name: %1$s-x
              uid: s
              creationTimestamp: "2020-01-01T00:00:00Z"
              labels: {rollouts-pod-template-hash: x}
              ownerReferences: [{uid: r}]
            spec: {replicas: 12, template: {spec: {containers: [{image: "web:1"}]}}}
            status: {replicas: 12, availableReplicas: 12}
            """
                .formatted(name, message));
    for (int i = 0; i < PODS; i++) {
      yaml.append(
          """
          ---
          apiVersion: v1
          kind: Pod
          metadata:
            name: %s-x-%02d
            creationTimestamp: "2020-01-01T00:00:00Z"
            labels: {rollouts-pod-template-hash: x}
            ownerReferences: [{uid: s}]
          spec: {containers: [{name: web}]}
          status: {phase: Running, containerStatuses: [{ready: true, state: {running: {}}}]}
          """
              .formatted(name, i));
    }
    return yaml.toString();
  }

  private static void isOnePicture(List<? extends String> screen) {
    assertThat(screen.get(0)).as(String.join("\n", screen)).startsWith("Name:");
    assertThat(screen.stream().filter(line -> line.startsWith("Name:"))).hasSize(1);
  }

  private Tmux watch(ScriptedServer server, int columns, int rows, String locale, String name)
      throws IOException {
    return Tmux.run(
        folder,
        columns,
        rows,
        locale,
        "-s",
        server.address(),
        "-n",
        "shop",
        "get",
        "rollout",
        name,
        "-w");
  }

  @Test
  @DisplayName(
      "K-120, K-122 the picture stays in its place and within the window, also when that is resized; Ctrl-C leaves it there and ends with 0")
  void watch() throws IOException {
    try (ScriptedServer server = ScriptedServer.with(objects("web", "CanaryPauseStep"));
        Tmux terminal = watch(server, 100, 40, "C.UTF-8", "web")) {
      terminal.await("└──□ web-x-11");
      List<String> whole =
          server
              .plugin()
              .run("get", "rollout", "web")
              .out()
              .lines()
              .map(String::stripTrailing)
              .toList();
      assertThat(shown(terminal.screen())).isEqualTo(whole);

      server.put(objects("web", "somebody has to look at it"));
      assertThat(terminal.await("somebody has to look at it"))
          .satisfies(TerminalTest::isOnePicture);

      assertThat(terminal.scrolledAway()).isZero();

      terminal.resize(60, 20);
      // Within a second it notices its new size, which tmux may change in two steps.
      List<String> small =
          terminal.await(
              "a picture of sixty columns and nineteen lines",
              screen ->
                  screen.get(0).startsWith("Name:")
                      && shown(screen).size() == 19
                      && screen.stream().allMatch(line -> line.length() <= 60));
      assertThat(small).satisfies(TerminalTest::isOnePicture);
      assertThat(shown(small)).last().asString().endsWith("more lines");

      terminal.resize(120, 45);
      List<String> changed =
          whole.stream()
              .map(line -> line.replace("CanaryPauseStep", "somebody has to look at it"))
              .toList();
      terminal.await("the whole picture and nothing else", screen -> shown(screen).equals(changed));

      terminal.press("C-c");
      assertThat(shown(terminal.await("ended with 0"))).startsWith(changed.toArray(String[]::new));
    }
  }

  /** Without the empty lines at the end of a window. */
  private static List<String> shown(List<String> screen) {
    int end = screen.size();
    while (end > 0 && screen.get(end - 1).isEmpty()) {
      end--;
    }
    return screen.subList(0, end);
  }

  @Test
  @DisplayName(
      "K-011, K-120 what is in the way stands below the picture while it lasts, and a watch that broke goes on")
  void trouble() throws IOException {
    try (ScriptedServer server = ScriptedServer.with(objects("web", "CanaryPauseStep"));
        Tmux terminal = watch(server, 100, 45, "C.UTF-8", "web")) {
      terminal.await("└──□ web-x-11");
      server.insteadOfAnswering(
          asked -> Answer.refusal(503, "ServiceUnavailable", "gone for\u001b[2J lunch"));
      server.endWatches();
      assertThat(terminal.await("gone for\\u001b[2J lunch")).satisfies(TerminalTest::isOnePicture);
      server.insteadOfAnswering(asked -> null);
      server.put(objects("web", "back again"));
      List<String> screen = terminal.await("back again");
      assertThat(screen).satisfies(TerminalTest::isOnePicture);
      assertThat(
              terminal.await(
                  "no trouble any more", lines -> !String.join("\n", lines).contains("lunch")))
          .satisfies(TerminalTest::isOnePicture);
      terminal.press("C-c");
      terminal.await("ended with 0");
    }
  }

  @Test
  @DisplayName(
      "forty columns, a name of 253 characters and a locale without UTF-8: one picture, in ASCII")
  void narrow() throws IOException {
    String name = "n".repeat(253);
    try (ScriptedServer server = ScriptedServer.with(objects(name, "für immer"));
        Tmux terminal = watch(server, 40, 16, "C", name)) {
      List<String> screen = terminal.await("more lines");
      assertThat(screen).satisfies(TerminalTest::isOnePicture);
      assertThat(screen).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(40));
      assertThat(String.join("", screen).chars()).allMatch(c -> c < 127);
      assertThat(screen).contains("Message:         f?r immer", "Status:          = Paused");
      terminal.press("C-c");
      terminal.await("ended with 0");
    }
  }
}
