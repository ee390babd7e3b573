package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.Golden;
import dev.rollouts.cli.plugin.Plugin.Result;
import dev.rollouts.codec.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code simulate} on an update that waits at its first pause. */
class SimulateTest {
  private final ScriptedServer server = Moment.server();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    assertThat(server.writes()).isEmpty();
    server.close();
  }

  private Result run(String... words) {
    return server.plugin().at(Moment.clock()).run(words);
  }

  private Map<?, ?> tree(String... words) {
    String[] all = new String[words.length + 4];
    all[0] = "simulate";
    all[1] = "web";
    System.arraycopy(words, 0, all, 2, words.length);
    all[words.length + 2] = "-o";
    all[words.length + 3] = "json";
    Result result = run(all);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    return (Map<?, ?>) Json.read("simulation", result.out());
  }

  @ParameterizedTest(name = "simulate web {0}")
  @Tag("golden")
  @CsvSource(
      delimiter = '|',
      value = {
        "waits|",
        "promoted|--promote",
        "aborted|--abort",
        "errors-double|--promote --metric error-rate=x2",
      })
  @DisplayName("K-200, K-201 the timeline and the picture from here on")
  void screens(String name, String flags) {
    String line = "simulate web " + (flags == null ? "" : flags);
    Result result = run(line.strip().split(" "));
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    Golden.check("screens/simulate-" + name + ".txt", result.out());
  }

  @Test
  @DisplayName("K-200, K-201 what becomes of it depends on what people do and metrics say")
  void outcomes() {
    assertThat(tree().get("outcome")).isEqualTo("unfinished");
    assertThat(tree().get("phase")).isEqualTo("Paused");
    assertThat(tree("--promote").get("outcome")).isEqualTo("promoted");
    assertThat(tree("--keep-promoting").get("outcome")).isEqualTo("promoted");
    assertThat(tree("--full").get("outcome")).isEqualTo("promoted");
    assertThat(tree("--abort").get("outcome")).isEqualTo("aborted");
    assertThat(tree("--metric", "error-rate=0.04").get("outcome")).isEqualTo("unfinished");
    for (String bad :
        new String[] {
          "0.2", "x2", "{value: 0.2}", "[{value: 0, until: 1m}, {value: 1}]", "Failed"
        }) {
      assertThat(tree("--metric", "error-rate=" + bad).get("outcome")).as(bad).isEqualTo("aborted");
    }
    assertThat(tree("--set-image", "web=web:3", "--keep-promoting").get("message")).isEqualTo("");
  }

  @Test
  @DisplayName("K-202 a metric stays at what was measured last, and the report says so")
  void lastMeasured() {
    Map<?, ?> facts = (Map<?, ?>) tree().get("facts");
    assertThat(facts.get("metrics")).isEqualTo("error-rate stays at [0.03]; all others healthy");
    assertThat(String.valueOf(facts.get("from")))
        .isEqualTo(
            "web in shop as it is at 2026-01-01T00:07:00Z: Paused - CanaryPauseStep, step 1/4");
    assertThat(facts.get("what if")).isEqualTo("nobody does anything");
    assertThat(facts.get("written")).isEqualTo("nothing: this is a simulation");
    assertThat(facts.get("made up")).isNull();
  }

  @Test
  @DisplayName("K-203 scenarios, a report and an expectation are those of rollouts simulate")
  void scenarios() throws IOException {
    Path scenario =
        Files.writeString(
            folder.resolve("s.yaml"),
            """
            duration: 1h
            load: 50
            versions: {"web:2": {errorRate: 0.3}}
            metrics: {error-rate: {traffic: errorRate}}
            acts: [{when: waiting, later: 1m, promote: true}]
            """);
    Path html = folder.resolve("out/report.html");
    Result result =
        run(
            "simulate",
            "web",
            "--scenario",
            scenario.toString(),
            "--html",
            html.toString(),
            "--expect",
            "aborted");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("report: " + html);
    assertThat(Files.readString(html)).startsWith("<!DOCTYPE html>").contains("aborted");
    Result unexpected = run("simulate", "web", "--expect", "promoted");
    assertThat(unexpected.exitCode()).isEqualTo(1);
    assertThat(unexpected.err()).isEqualTo("Error: expected promoted, but it is unfinished\n");
  }

  @Test
  @DisplayName(
      "K-204 what may not be read is told and made up; without ReplicaSets there is nothing to go on from")
  void forbidden() {
    server.forbid("services").forbid("analysistemplates");
    Result some = run("simulate", "web", "--promote");
    assertThat(some.exitCode()).isZero();
    assertThat(some.err())
        .contains("warning: services is forbidden: User \"me\" may not")
        .contains("warning: analysistemplates is forbidden");
    assertThat(some.out()).contains("made up").contains("Service web-canary");
    server.forbid("replicasets");
    Result none = run("simulate", "web");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("Error: replicasets is forbidden");
  }

  @Test
  @DisplayName(
      "K-204 what the rollout names and is not there is not there in the simulation either")
  void missing() {
    server.delete(dev.rollouts.cli.kube.Resource.ANALYSIS_TEMPLATES, "errors");
    Map<?, ?> tree = tree("--set-image", "web=web:3");
    assertThat(tree.get("phase")).isEqualTo("Degraded");
    assertThat(String.valueOf(tree.get("message"))).contains("errors");
  }

  @ParameterizedTest(name = "simulate {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gone|rollout.argoproj.io \"gone\" not found",
        "web --promote --abort|--promote, --full, --abort and --set-image: choose one",
        "web --metric error-rate|--metric error-rate: expected NAME=VALUE",
        "web --metric errors=1|--metric errors: there is no such metric; there is: error-rate",
        "web --metric error-rate={traffic:nonsense}|--metric error-rate:",
        "web --metric error-rate={|--metric error-rate:",
        "web --set-image db=db:2|unable to find container named \"db\"",
        "web --set-image db|\"db\" names no container or no image",
        "web --scenario /nowhere/s|open /nowhere/s: no such file or directory",
        "web --expect nothing|--expect: expected promoted, aborted",
        "web --for 0s|--for: must be positive, was 0s",
        "web --for soon|invalid argument \"soon\" for \"--for\" flag",
        "web -o yaml|simulate prints text or -o json",
        "web --html /proc/nowhere/a.html|--html /proc/nowhere/a.html: the file cannot be written",
      })
  @DisplayName("K-205 what is wrong is an error with the remedy")
  void errors(String line, String message) {
    Result result = run(("simulate " + line).split(" "));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).startsWith("Error: " + message).doesNotContain("bug");
  }

  @Test
  @DisplayName("K-205 control characters of the cluster do nothing to a terminal")
  void hostile() {
    server.put(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: evil, uid: u, generation: 1}
        spec:
          replicas: 1
          strategy: {canary: {}}
          selector: {matchLabels: {app: evil}}
          template: {metadata: {labels: {app: evil}}, spec: {containers: [{name: a, image: "a\\e[2J:\\e[31m"}]}}
        status: {phase: "\\e]0;x\\a", message: "\\e[2J", observedGeneration: "1"}
        """);
    Result result =
        server
            .plugin()
            .at(Moment.clock())
            .on(new FixedTty(100))
            .with("NO_COLOR", "1")
            .run("simulate", "evil");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).doesNotContain("\u001b").doesNotContain("\u0007");
  }
}
