package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.plugin.Plugin.Result;
import dev.rollouts.cli.plugin.ScriptedServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of what is written, where the state of objects decides about them. */
class WritesTest {
  @TempDir Path folder;

  private static String rollout(String spec, String status) {
    return """
    apiVersion: argoproj.io/v1alpha1
    kind: Rollout
    metadata: {name: web, uid: r, generation: 1}
    spec: {selector: {matchLabels: {app: web}}, %s}
    status: {%s}
    """
        .formatted(spec, status);
  }

  private static String replicaSet(String revision, String template) {
    return """
    ---
    apiVersion: apps/v1
    kind: ReplicaSet
    metadata:
      name: web-%1$s
      labels: {app: web}
      annotations: {rollout.argoproj.io/revision: "%1$s"}
      ownerReferences: [{uid: r, controller: true}]
    spec:
      template: %2$s
    """
        .formatted(revision, template);
  }

  private static String says(ScriptedServer server, String line) {
    Result result = server.plugin().run(line.split(" "));
    assertThat(result.err()).as(line).isEmpty();
    assertThat(result.exitCode()).as(line).isZero();
    return result.out();
  }

  @Test
  @DisplayName(
      "K-026 where the status cannot be patched, one patch of the object says both; other refusals are told")
  void promoteWithoutStatus() {
    String paused =
        rollout(
            "paused: true, strategy: {canary: {steps: [{pause: {}}]}}",
            "pauseConditions: [{reason: CanaryPauseStep, startTime: '2026-05-01T10:00:00Z'}]");
    try (ScriptedServer server = ScriptedServer.with(paused)) {
      server.insteadOfAnswering(
          asked ->
              asked.target().endsWith("/status") ? new Answer(404, "404 page not found") : null);
      assertThat(says(server, "promote web")).isEqualTo("rollout 'web' promoted\n");
      assertThat(server.writes())
          .containsExactly(
              "PATCH rollouts/web/status {\"status\":{\"pauseConditions\":null}}",
              "PATCH rollouts/web {\"spec\":{\"paused\":false},\"status\":{\"pauseConditions\":null}}");
    }
    try (ScriptedServer server = ScriptedServer.with(paused.replace("paused: true, ", ""))) {
      server.insteadOfAnswering(
          asked -> asked.target().endsWith("/status") ? new Answer(404, "") : null);
      says(server, "promote web");
      assertThat(server.writes())
          .last()
          .isEqualTo(
              "PATCH rollouts/web {\"spec\":{\"paused\":false},\"status\":{\"pauseConditions\":null}}");
    }
    try (ScriptedServer server = ScriptedServer.with(paused)) {
      server.insteadOfAnswering(
          asked -> asked.isWrite() ? Answer.refusal(422, "Invalid", "it is no good") : null);
      assertThat(server.plugin().run("promote", "web"))
          .isEqualTo(new Result(1, "", "Error: it is no good\n"));
      assertThat(server.writes()).hasSize(1);
    }
  }

  @ParameterizedTest(name = "in {0}")
  @CsvSource({"1h30m, PT1H30M", "90s, PT1M30S", "0, PT0S", "1.5h, PT1H30M", "'', PT0S"})
  @DisplayName("K-030, K-031 a restart is at that time from now; the span is said as it was given")
  void restart(String in, java.time.Duration later) {
    try (ScriptedServer server = ScriptedServer.with(rollout("strategy: {canary: {}}", ""))) {
      java.time.Instant before = java.time.Instant.now();
      Result result = server.plugin().run("restart", "web", "--in", in);
      java.time.Instant after = java.time.Instant.now();
      assertThat(result)
          .isEqualTo(
              new Result(0, "rollout 'web' restarts in " + (in.isEmpty() ? "0s" : in) + "\n", ""));
      String at = server.writes().get(0).replaceAll(".*\"restartAt\":\"([^\"]+)\".*", "$1");
      assertThat(at).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
      assertThat(java.time.Instant.parse(at))
          .isBetween(before.plus(later).minusSeconds(1), after.plus(later));
    }
  }

  private static final String CONTAINERS =
      """
      strategy: {canary: {}}, somethingNew: {kept: true}, template: {metadata: {labels: {app: web}}, \
      spec: {initContainers: [{name: web, image: "i:1"}, {name: other, image: "i:2"}], \
      containers: [{name: web, image: "c:1", novel: 1}, {name: side}], \
      ephemeralContainers: [{name: web, image: "e:1"}]}}\
      """;

  @Test
  @DisplayName(
      "K-041, K-043 set image changes each container of that name in all three lists, * every one, and leaves the rest as it is")
  void setImage() {
    try (ScriptedServer server = ScriptedServer.with(rollout(CONTAINERS, "phase: Healthy"))) {
      assertThat(says(server, "set image web web=n:9"))
          .isEqualTo("rollout \"web\" image updated\n");
      assertThat(server.writes().get(0))
          .contains(
              "\"initContainers\":[{\"image\":\"n:9\",\"name\":\"web\"},{\"image\":\"i:2\",\"name\":\"other\"}]",
              "\"containers\":[{\"image\":\"n:9\",\"name\":\"web\",\"novel\":1},{\"name\":\"side\"}]",
              "\"ephemeralContainers\":[{\"image\":\"n:9\",\"name\":\"web\"}]",
              "\"somethingNew\":{\"kept\":true}",
              "\"status\":{\"phase\":\"Healthy\"}",
              "\"resourceVersion\":\"7\"");
      says(server, "set image web *=all:1");
      assertThat(server.writes().get(1).split("\"image\":\"all:1\"", -1)).hasSize(6);
    }
  }

  @Test
  @DisplayName("K-042 a container that is in none of the lists is an error, and nothing is written")
  void noSuchContainer() {
    try (ScriptedServer server = ScriptedServer.with(rollout(CONTAINERS, ""))) {
      assertThat(server.plugin().run("set", "image", "web", "X=a:1"))
          .isEqualTo(new Result(1, "", "Error: unable to find container named \"X\"\n"));
      assertThat(server.writes()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0|no revision found for rollout \"web\"",
        "-3|no revision found for rollout \"web\"",
        "5|unable to find specified revision 5 in history",
      })
  @DisplayName("K-051, K-052 undo needs two revisions, or the one that is named")
  void noRevision(String wanted, String message) {
    try (ScriptedServer server =
        ScriptedServer.with(
            rollout("strategy: {canary: {}}", "") + replicaSet("4", "{spec: {containers: []}}"))) {
      assertThat(server.plugin().run("undo", "web", "--to-revision", wanted))
          .isEqualTo(new Result(1, "", "Error: " + message + "\n"));
      assertThat(server.writes()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({"0, web:7", "3, web:3", "7, web:7", "10, web:10"})
  @DisplayName(
      "K-051, K-052, K-056 undo restores the second highest revision, or the one that is named, and lets the steps apply")
  void undo(String wanted, String image) {
    StringBuilder objects =
        new StringBuilder(
            rollout(
                "strategy: {canary: {steps: [{setWeight: 20}]}}, template: {spec: {containers: [{name: web, image: \"web:now\"}]}}",
                ""));
    for (String each : List.of("3", "10", "7")) {
      objects.append(
          replicaSet(
              each,
              "{metadata: {labels: {app: web, rollouts-pod-template-hash: x}}, spec: {containers: [{name: web, image: \"web:%s\"}]}}"
                  .formatted(each)));
    }
    try (ScriptedServer server = ScriptedServer.with(objects.toString())) {
      assertThat(says(server, "undo web --to-revision " + wanted))
          .isEqualTo("rollout 'web' undo\n");
      assertThat(server.writes())
          .containsExactly(
              "PATCH rollouts/web [{\"op\":\"replace\",\"path\":\"/spec/template\",\"value\":{\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\":{\"containers\":[{\"image\":\"%s\",\"name\":\"web\"}]}}}]"
                  .formatted(image));
    }
  }

  @Test
  @DisplayName(
      "K-053 the same template, but for the hash label and what the Rollout does not say, is not written")
  void sameTemplate() {
    String objects =
        rollout(
                "strategy: {canary: {}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: \"web:1\", args: []}]}}",
                "")
            + replicaSet(
                "1",
                "{metadata: {labels: {app: web, rollouts-pod-template-hash: x}}, spec: {restartPolicy: Always, containers: [{name: web, image: \"web:1\", imagePullPolicy: Always}]}}")
            + replicaSet("2", "{spec: {containers: [{name: web, image: \"web:2\"}]}}");
    try (ScriptedServer server = ScriptedServer.with(objects)) {
      assertThat(says(server, "undo web"))
          .isEqualTo("skipped rollback (current template already matches revision 0)");
      assertThat(says(server, "undo web --to-revision=1"))
          .isEqualTo("skipped rollback (current template already matches revision 1)");
      assertThat(server.writes()).isEmpty();
    }
  }

  private static final String TEMPLATES =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata:
        name: check
        uid: u
        labels: {team: shop}
        annotations: {why: because}
        ownerReferences: [{uid: o, kind: Chart, name: c, apiVersion: v1}]
      spec:
        templates: [{templateName: other}]
        metrics: []
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: ClusterAnalysisTemplate
      metadata: {name: check}
      spec: {metrics: [{name: global, provider: {web: {url: "http://x"}}}]}
      """;

  @Test
  @DisplayName(
      "A-229, K-157, K-161 --from reads the namespace's template, with --global the cluster's; templates that it refers to are left as they are")
  void createRunFromCluster() {
    try (ScriptedServer server = ScriptedServer.with(TEMPLATES)) {
      assertThat(says(server, "create analysisrun --from check"))
          .isEqualTo("analysisrun.argoproj.io/check-x7f2k created\n");
      assertThat(says(server, "create ar --from check --global"))
          .isEqualTo("analysisrun.argoproj.io/check-x7f2k created\n");
      List<String> asked = server.asked();
      assertThat(asked).hasSize(4);
      assertThat(asked.get(0)).isEqualTo("GET analysistemplates/check");
      assertThat(asked.get(1))
          .startsWith("POST analysisruns ")
          .contains("\"templates\":[{\"templateName\":\"other\"}]");
      assertThat(asked.get(2)).isEqualTo("GET clusteranalysistemplates/check");
      assertThat(asked.get(3)).startsWith("POST analysisruns ").contains("\"name\":\"global\"");
    }
  }

  @Test
  @DisplayName(
      "K-157 --from-file reads the file, whatever kind it is of, and --global changes nothing")
  void createRunFromFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("t.yaml"),
            "apiVersion: argoproj.io/v1alpha1\nkind: ClusterAnalysisTemplate\nmetadata: {name: mine}\nspec: {metrics: []}\n");
    try (ScriptedServer server = ScriptedServer.with()) {
      says(server, "create ar --global --from-file " + file);
      assertThat(server.asked())
          .containsExactly(
              "POST analysisruns {\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"AnalysisRun\",\"metadata\":{\"generateName\":\"mine-\",\"namespace\":\"shop\"},\"spec\":{\"metrics\":[]}}");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--name exact|\"name\":\"exact\"",
        "--name exact --generate-name begun-|\"name\":\"exact\"",
        "--generate-name begun-|\"generateName\":\"begun-\"",
        "--instance-id blue|\"generateName\":\"check-\"",
      })
  @DisplayName(
      "K-159 the name is --name, else begins with --generate-name, else with the template's")
  void names(String flags, String named) {
    try (ScriptedServer server = ScriptedServer.with(TEMPLATES)) {
      says(server, "create ar --from check " + flags);
      String body = server.writes().get(0);
      assertThat(body).contains(named);
      assertThat(body.split("\"(generateName|name)\":\"(exact|begun-|check-?)\"", -1)).hasSize(2);
    }
  }

  @Test
  @DisplayName("K-159 a run that would have no name is refused")
  void noName() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("t.yaml"),
            "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {}\nspec: {metrics: []}\n");
    try (ScriptedServer server = ScriptedServer.with()) {
      Result result = server.plugin().run("create", "ar", "--from-file", file.toString());
      assertThat(result).isEqualTo(new Result(1, "", "Error: name is invalid\n"));
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "K-160 labels and annotations are the template's, unless --instance-id replaces the labels; what the server sets is left out")
  void labels() {
    try (ScriptedServer server = ScriptedServer.with(TEMPLATES)) {
      says(server, "create ar --from check");
      says(server, "create ar --from check --instance-id blue");
      assertThat(server.writes().get(0))
          .contains("\"labels\":{\"team\":\"shop\"}", "\"annotations\":{\"why\":\"because\"}")
          .contains("\"kind\":\"AnalysisRun\"", "\"namespace\":\"shop\"")
          .doesNotContain("resourceVersion", "ownerReferences", "\"uid\"");
      assertThat(server.writes().get(1))
          .contains("\"labels\":{\"argo-rollouts.argoproj.io/controller-instance-id\":\"blue\"}")
          .contains("\"annotations\":{\"why\":\"because\"}");
    }
  }
}
