package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.Tty;
import dev.rollouts.cli.plugin.Plugin.Result;
import dev.rollouts.cli.plugin.ScriptedServer.Answer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking at objects: what is read for it, and how it looks where. */
class ReadsTest {
  private static final String ROLLOUT =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web, uid: r, generation: 1}
      spec:
        selector: {matchLabels: {app: web}}
        strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}]}}
        %s
      status: {observedGeneration: "1", phase: %s, message: "%s", currentStepIndex: 1}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: Experiment
      metadata: {name: exp, uid: e}
      status: {phase: Running}
      """;
  private static final Tty TERMINAL =
      new Tty() {
        @Override
        public boolean isTerminal() {
          return true;
        }

        @Override
        public int columns() {
          return 0;
        }
      };

  private static ScriptedServer server() {
    return ScriptedServer.with(ROLLOUT.formatted("replicas: 1", "Paused", "CanaryPauseStep"));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"Deployment", "ReplicaSet", "PodTemplate", "StatefulSet"})
  @DisplayName("K-017 what a Rollout refers to is not read, whatever kind it is of")
  void workloads(String kind) {
    String objects =
        ROLLOUT.formatted(
            "workloadRef: {apiVersion: apps/v1, kind: %s, name: gone}".formatted(kind),
            "Healthy",
            "");
    try (ScriptedServer server = ScriptedServer.with(objects)) {
      for (String line : List.of("get rollout web", "status web", "status web -w=false")) {
        Result result = server.plugin().run(line.split(" "));
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
      }
      assertThat(server.asked()).isNotEmpty().noneMatch(each -> each.contains("gone"));
    }
  }

  @ParameterizedTest(name = "{0} {1}={2} {3}: {4}")
  @CsvSource({
    "true, TERM, xterm, , true",
    "true, NO_COLOR, '', , true",
    "true, NO_COLOR, 1, , false",
    "true, TERM, dumb, , false",
    "true, TERM, xterm, --no-color, false",
    "false, TERM, xterm, , false",
    "false, CLICOLOR_FORCE, 1, , false",
  })
  @DisplayName(
      "K-115 colours on a terminal, unless --no-color, NO_COLOR or TERM=dumb; none in pipes and files")
  void colours(boolean terminal, String variable, String value, String flag, boolean coloured) {
    try (ScriptedServer server = server()) {
      Plugin plugin = server.plugin().with(variable, value).on(terminal ? TERMINAL : Tty.NONE);
      for (String what : List.of("rollout web", "experiment exp")) {
        String line = "get " + what + (flag == null ? "" : " " + flag);
        Result result = plugin.run(line.split(" "));
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out().contains("\u001b[")).as(result.out()).isEqualTo(coloured);
        assertThat(result.out()).contains(what.startsWith("rollout") ? "॥" : "◌");
      }
    }
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({
    "LANG, C, false",
    "LANG, POSIX, false",
    "LANG, en_US.ISO-8859-1, false",
    "LC_ALL, C, false",
    "LC_CTYPE, en_US.utf8, true",
    "LANG, C.UTF-8, true"
  })
  @DisplayName("where the locale of a terminal is not UTF-8, no byte beyond ASCII reaches it")
  void locales(String variable, String value, boolean unicode) {
    String message = "für immer — ☃";
    try (ScriptedServer server =
        ScriptedServer.with(ROLLOUT.formatted("replicas: 1", "Paused", message))) {
      Result terminal =
          server.plugin().with(variable, value).on(TERMINAL).run("get", "rollout", "web");
      assertThat(terminal.out().chars().anyMatch(c -> c > 126)).isEqualTo(unicode);
      assertThat(terminal.out()).contains(unicode ? message : "Message:         f?r immer - ?");
      Result pipe = server.plugin().with(variable, value).run("get", "rollout", "web");
      assertThat(pipe.out()).contains("⟳ web", message);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "get rollout web",
        "get rollout web -o wide",
        "get analysisrun web -o wide",
        "get experiment web",
        "list rollouts",
        "list experiments",
        "list analysisruns",
        "status web -w=false",
        "explain web",
      })
  @DisplayName("control characters in objects never reach a terminal raw")
  void hostile(String line) {
    String evil = "a\\u001b[2J\\u0007\\u009b31m\\u202eb\\rc\\nd";
    String phase = "\\u001b]0;title\\u0007";
    String objects =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web, uid: r, namespace: "n%1$s"}
        spec: {selector: {matchLabels: {app: web}}, strategy: {canary: {steps: [{pause: {}}]}}}
        status: {phase: "%2$s", message: "%1$s", conditions: [{type: "%1$s", reason: "%1$s", message: "%1$s", status: "True"}]}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: Experiment
        metadata: {name: web, namespace: "n%1$s", uid: e, ownerReferences: [{uid: r}]}
        status: {phase: "%2$s", message: "%1$s"}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisRun
        metadata: {name: web, namespace: "n%1$s", ownerReferences: [{uid: r}]}
        status: {phase: "%2$s", message: "%1$s", metricResults: [{name: "%1$s", phase: "%2$s", message: "%1$s", measurements: [{phase: "%2$s", value: "%1$s", metadata: {job-name: "%1$s"}}]}]}
        """
            .formatted(evil, phase);
    try (ScriptedServer server = ScriptedServer.with(objects)) {
      Result result = server.plugin().on(TERMINAL).with("NO_COLOR", "1").run(line.split(" "));
      assertThat(result.out()).isNotEmpty();
      assertThat((result.out() + result.err()).codePoints())
          .as(result.out() + result.err())
          .allMatch(c -> c == '\n' || c >= ' ' && c != 0x7f && !(c >= 0x80 && c < 0xa0))
          .noneMatch(c -> c == 0x202e);
      server.insteadOfAnswering(asked -> Answer.refusal(418, "Odd", "no\u001b[2J\u0007\rway"));
      Result refused = server.plugin().on(TERMINAL).run(line.split(" "));
      assertThat(refused.err()).isEqualTo("Error: no\\u001b[2J\\u0007 way\n");
    }
  }

  @Test
  @DisplayName("a name of 253 characters is shown whole where lines may have any length")
  void longNames() {
    String name = "n".repeat(253);
    try (ScriptedServer server =
        ScriptedServer.with(ROLLOUT.formatted("replicas: 1", "Healthy", "").replace("web", name))) {
      Result result = server.plugin().run("get", "rollout", name);
      assertThat(result.out())
          .contains("Name:            " + name + "\n", "⟳ " + name + "  Rollout");
      assertThat(server.plugin().run("list", "rollouts").out()).contains(name + "  Canary ");
      assertThat(server.plugin().run("status", name).out()).isEqualTo("Healthy\n");
    }
  }

  @Test
  @DisplayName(
      "K-064 a Rollout at rest ends status at once; a pause, even one without end, does not")
  void rest() {
    try (ScriptedServer server = server()) {
      assertThat(server.plugin().run("status", "web", "--timeout", "1s"))
          .isEqualTo(
              new Result(
                  1,
                  "Paused - CanaryPauseStep\n",
                  "Error: Rollout status watch exceeded timeout\n"));
      server.put(ROLLOUT.formatted("replicas: 1", "Healthy", ""));
      assertThat(server.plugin().run("status", "web")).isEqualTo(new Result(0, "Healthy\n", ""));
    }
  }

  @Test
  @DisplayName("K-123 get experiment -w has no time-out of its own")
  void experimentHasNoTimeOut() {
    assertThat(Plugin.alone().run("get", "experiment", "exp", "-w", "--timeout-seconds", "1"))
        .isEqualTo(new Result(1, "", "Error: unknown flag: --timeout-seconds\n"));
  }

  @Test
  @DisplayName(
      "K-011 what is in the way of a watch is a line of a log on standard error, and not part of the result")
  void logs() {
    try (ScriptedServer server = server()) {
      AtomicInteger broken = new AtomicInteger();
      server.insteadOfAnswering(
          asked ->
              asked.target().contains("watch=true") && broken.getAndIncrement() < 5
                  ? Answer.refusal(500, "InternalError", "etcd is \"gone\"\\\n")
                  : null);
      Result result = server.plugin().run("get", "rollout", "web", "-w", "--timeout-seconds", "2");
      assertThat(result.exitCode()).isZero();
      assertThat(result.out()).startsWith("Name: ").doesNotContain("etcd");
      assertThat(result.err().lines())
          .isNotEmpty()
          .allMatch(
              line ->
                  line.matches(
                      "time=\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\" level=warning msg=\"etcd is \\\\\"gone\\\\\"\\\\\\\\\\\\n\""),
              "is a line of a log: " + result.err());
    }
    assertThat(Logs.line(Instant.parse("2026-05-01T10:00:00.9Z"), "warning", "a \"b\"\n\\"))
        .isEqualTo("time=\"2026-05-01T10:00:00Z\" level=warning msg=\"a \\\"b\\\"\\n\\\\\"");
  }
}
