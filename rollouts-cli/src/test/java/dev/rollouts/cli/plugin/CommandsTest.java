package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.plugin.Plugin.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every command on a real API server: what it says, and what it writes. */
@Tag("it")
class CommandsTest {
  private static final String ROLLOUT =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web}
      spec:
        replicas: 2
        paused: false
        strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}, {setWeight: 40}]}}
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            initContainers: [{name: init, image: "init:1"}]
            containers: [{name: web, image: "web:1"}, {name: proxy, image: "proxy:1"}]
      status: {currentStepIndex: 1, currentPodHash: new, stableRS: old}
      """;
  private static final String PAUSED =
      "{\"controllerPause\":true,\"pauseConditions\":[{\"reason\":\"CanaryPauseStep\",\"startTime\":\"2026-05-01T10:00:00Z\"}]}";

  private Stage stage;

  @BeforeEach
  void start() {
    stage = new Stage();
    stage.create(ROLLOUT);
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  private void says(String out, String... command) {
    assertThat(stage.plugin().run(command)).isEqualTo(new Result(0, out + "\n", ""));
  }

  private void fails(String message, String... command) {
    Result result = stage.plugin().run(command);
    assertThat(result.err()).isEqualTo("Error: " + message + "\n");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  private Object at(String... keys) {
    return stage.rollout("web").at(keys);
  }

  @Test
  @DisplayName(
      "K §2.1, K §3 verbs patch spec or status, say so, and stop at the first that is missing (K-013)")
  void verbs() {
    says("rollout 'web' aborted", "abort", "web");
    assertThat(at("status", "abort")).isEqualTo(true);
    says("rollout 'web' retried", "retry", "ro", "web");
    assertThat(at("status", "abort")).isEqualTo(false);
    says("rollout 'web' paused", "pause", "web");
    assertThat(at("spec", "paused")).isEqualTo(true);
    says("rollout 'web' restarts in 0s", "restart", "web");
    assertThat(String.valueOf(at("spec", "restartAt")))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    says("rollout 'web' restarts in 1h30m", "restart", "web", "-i", "1h30m");
    Result several = stage.plugin().run("pause", "web", "gone", "web");
    assertThat(several)
        .isEqualTo(
            new Result(
                1, "rollout 'web' paused\n", "Error: rollouts.argoproj.io \"gone\" not found\n"));
    assertThat(stage.writes())
        .containsExactly(
            "patch rollouts/status web 200",
            "patch rollouts/status web 200",
            "patch rollouts web 200",
            "patch rollouts web 200",
            "patch rollouts web 200",
            "patch rollouts web 200",
            "patch rollouts gone 404");
  }

  @Test
  @DisplayName(
      "K-010, K-015 abort of a missing Rollout tries the object, too; names are plural there")
  void missing() {
    fails("rollouts.argoproj.io \"gone\" not found", "abort", "gone");
    assertThat(stage.writes())
        .containsExactly("patch rollouts/status gone 404", "patch rollouts gone 404");
    for (String[] command :
        List.of(
            new String[] {"retry", "rollout", "gone"},
            new String[] {"promote", "gone"},
            new String[] {"restart", "gone"},
            new String[] {"set", "image", "gone", "a=b"},
            new String[] {"undo", "gone"})) {
      fails("rollouts.argoproj.io \"gone\" not found", command);
    }
    fails("experiments.argoproj.io \"gone\" not found", "retry", "experiment", "gone");
    fails("experiments.argoproj.io \"gone\" not found", "terminate", "exp", "gone");
    fails("analysisruns.argoproj.io \"gone\" not found", "terminate", "ar", "gone");
    fails("analysistemplates.argoproj.io \"gone\" not found", "create", "ar", "--from", "gone");
    fails("rollout.argoproj.io \"gone\" not found", "get", "rollout", "gone");
    fails("rollout.argoproj.io \"gone\" not found", "get", "rollout", "gone", "-w");
    fails("rollout.argoproj.io \"gone\" not found", "explain", "gone");
    fails("rollout.argoproj.io \"gone\" not found", "status", "gone");
    fails("rollout.argoproj.io \"gone\" not found", "status", "gone", "-w=false");
    fails("experiment.argoproj.io \"gone\" not found", "get", "exp", "gone");
    fails("analysisrun.argoproj.io \"gone\" not found", "get", "ar", "gone");
  }

  @Test
  @DisplayName("K-023, K-024, K-025 promote writes what the state asks for")
  void promote() {
    stage.status(Resource.ROLLOUTS, "web", PAUSED);
    says("rollout 'web' promoted", "promote", "web");
    assertThat(at("status", "pauseConditions")).isNull();
    assertThat(((Number) at("status", "currentStepIndex")).intValue()).isEqualTo(1);
    stage.plugin().run("pause", "web");
    says("rollout 'web' promoted", "promote", "web");
    assertThat(((Number) at("status", "currentStepIndex")).intValue()).isEqualTo(2);
    assertThat(at("spec", "paused")).isEqualTo(false);

    assertThat(stage.plugin().run("promote", "web", "--skip-all-steps").out())
        .isEqualTo("rollout 'web' promoted\n");
    assertThat(((Number) at("status", "currentStepIndex")).intValue()).isEqualTo(3);
    says("rollout 'web' promoted", "promote", "web");
    assertThat(((Number) at("status", "currentStepIndex")).intValue()).isEqualTo(3);
    says("rollout 'web' fully promoted", "promote", "web", "--full");
    assertThat(at("status", "promoteFull")).isEqualTo(true);
    assertThat(stage.writes())
        .containsExactly(
            "patch rollouts/status web 200",
            "patch rollouts web 200",
            "patch rollouts/status web 200",
            "patch rollouts web 200",
            "patch rollouts/status web 200",
            "patch rollouts/status web 200",
            "patch rollouts/status web 200");
  }

  @Test
  @DisplayName("an abort without an update writes as ever, and says that it is needless")
  void needlessAbort() {
    stage.status(Resource.ROLLOUTS, "web", "{\"stableRS\":\"new\"}");
    assertThat(stage.plugin().run("abort", "web"))
        .isEqualTo(
            new Result(
                0,
                "rollout 'web' aborted\n",
                "rollout 'web' has no update under way: there is nothing to abort\n"));
    assertThat(stage.writes()).containsExactly("patch rollouts/status web 200");
  }

  @Test
  @DisplayName(
      "K-021, K-025 skipping needs steps; where nothing is to be promoted nothing is written")
  void promoteBlueGreen() {
    stage.create(
        ROLLOUT
            .replace("name: web}", "name: shop}")
            .replaceAll("canary: \\{steps.*", "blueGreen: {activeService: shop}}"));
    for (String flag : List.of("-c", "-a")) {
      assertThat(stage.plugin().run("promote", "shop", flag).err())
          .endsWith("Error: Cannot skip steps of a bluegreen rollout. Run without a flags\n");
    }
    Result nothing = stage.plugin().run("promote", "shop");
    assertThat(nothing.exitCode()).isZero();
    assertThat(nothing.out()).isEqualTo("rollout 'shop' promoted\n");
    assertThat(nothing.err()).contains("nothing was written");
    assertThat(stage.writes()).isEmpty();
  }

  @Test
  @DisplayName(
      "K-040, K-041, K-042, K-044 set image replaces images in every list of containers, of the Deployment where one is referred to")
  void setImage() {
    says("rollout \"web\" image updated", "set", "image", "web", "web=web:2");
    assertThat(at("spec", "template", "spec", "containers").toString())
        .contains("web:2", "proxy:1");
    says("rollout \"web\" image updated", "set", "image", "web", "*=all:3");
    assertThat(at("spec", "template", "spec").toString())
        .contains("all:3")
        .doesNotContain("proxy:1", "init:1");
    fails("unable to find container named \"nope\"", "set", "image", "web", "nope=a");
    stage.create(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: shop}
        spec:
          replicas: 0
          selector: {matchLabels: {app: shop}}
          template:
            metadata: {labels: {app: shop}}
            spec: {containers: [{name: shop, image: "shop:1"}]}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: ref}
        spec:
          strategy: {canary: {}}
          workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
        """);
    says("deployment \"shop\" image updated", "set", "image", "ref", "shop=shop:2");
    assertThat(stage.get(Resource.DEPLOYMENTS, "shop").at("spec", "template", "spec").toString())
        .contains("shop:2");
    // The Deployment's own controller may write between the plugin's read and its write.
    assertThat(stage.writes().stream().filter(it -> !it.equals("update deployments shop 409")))
        .containsExactly(
            "update rollouts web 200", "update rollouts web 200", "update deployments shop 200");
  }

  private void replicaSet(String name, String revision, String image) {
    String uid = stage.rollout("web").uid();
    stage.create(
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata:
          name: %s
          labels: {app: web, rollouts-pod-template-hash: h%s}
          annotations: {rollout.argoproj.io/revision: "%s"}
          ownerReferences: [{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web, uid: %s, controller: true}]
        spec:
          replicas: 0
          selector: {matchLabels: {app: web, rollouts-pod-template-hash: h%s}}
          template:
            metadata: {labels: {app: web, rollouts-pod-template-hash: h%s}}
            spec: {initContainers: [{name: init, image: "init:1"}], containers: [{name: web, image: "%s"}, {name: proxy, image: "proxy:1"}]}
        """
            .formatted(name, revision, revision, uid, revision, revision, image));
  }

  @Test
  @DisplayName(
      "K-050, K-051, K-052, K-053, K-054 undo takes the template of an earlier revision without its hash")
  void undo() {
    fails("no revision found for rollout \"web\"", "undo", "web");
    replicaSet("one", "1", "web:0");
    fails("no revision found for rollout \"web\"", "undo", "web");
    replicaSet("two", "2", "web:1");
    replicaSet("odd", "many", "web:odd");
    fails("unable to find specified revision 7 in history", "undo", "web", "--to-revision", "7");
    fails("no revision found for rollout \"web\"", "undo", "web", "--to-revision=-1");
    assertThat(stage.plugin().run("undo", "web", "--to-revision=2"))
        .isEqualTo(
            new Result(0, "skipped rollback (current template already matches revision 2)", ""));
    assertThat(stage.writes()).isEmpty();
    says("rollout 'web' undo", "undo", "web");
    assertThat(at("spec", "template").toString())
        .contains("web:0")
        .doesNotContain("rollouts-pod-template-hash");
    assertThat(stage.writes()).containsExactly("patch rollouts web 200");
  }

  @Test
  @DisplayName(
      "K-055 undo of a Rollout that refers to a Deployment patches that, and says what the server says")
  void undoWorkload() {
    replicaSet("one", "1", "web:0");
    replicaSet("two", "2", "web:1");
    stage.admin.jsonPatch(
        Resource.ROLLOUTS,
        stage.namespace,
        "web",
        List.of(
            Map.of("op", "remove", "path", "/spec/template"),
            Map.of("op", "remove", "path", "/spec/selector"),
            Map.of(
                "op",
                "add",
                "path",
                "/spec/workloadRef",
                "value",
                Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", "gone"))));
    fails("failed restoring revision 0: deployments.apps \"gone\" not found", "undo", "web");
    stage.admin.merge(
        Resource.ROLLOUTS,
        stage.namespace,
        "web",
        "",
        Map.of("spec", Map.of("workloadRef", Map.of("kind", "StatefulSet"))));
    fails(
        "failed restoring revision 0: workload of type StatefulSet is not supported",
        "undo",
        "web");
  }

  @Test
  @DisplayName(
      "K-060, K-061, K-063 status says the phase, and fails when it is Degraded or too late")
  void status() {
    stage.status(
        Resource.ROLLOUTS,
        "web",
        "{\"observedGeneration\":\"1\",\"phase\":\"Paused\",\"message\":\"CanaryPauseStep\"}");
    says("Paused - CanaryPauseStep", "status", "web", "-w=false");
    assertThat(stage.plugin().run("status", "web", "-t", "1s"))
        .isEqualTo(
            new Result(
                1, "Paused - CanaryPauseStep\n", "Error: Rollout status watch exceeded timeout\n"));
    stage.status(Resource.ROLLOUTS, "web", "{\"phase\":\"Degraded\",\"message\":\"it broke\"}");
    for (String watch : List.of("-w", "-w=false")) {
      assertThat(stage.plugin().run("status", "web", watch))
          .isEqualTo(
              new Result(
                  1,
                  watch.equals("-w") ? "Degraded - it broke\n" : "Degraded\n",
                  "Error: The rollout is in a degraded state with message: it broke\n"));
    }
    stage.status(Resource.ROLLOUTS, "web", "{\"phase\":\"Healthy\",\"message\":\"\"}");
    says("Healthy", "status", "web");
    says("Healthy", "status", "web", "-w=false");
  }

  @Test
  @DisplayName(
      "K-070, K-071 experiments and runs are ended, and begun again, without a look at their state")
  void experimentsAndRuns() {
    stage.create(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Experiment
        metadata: {name: exp}
        spec:
          templates:
          - name: a
            selector: {matchLabels: {app: a}}
            template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: "a:1"}]}}
        status: {phase: Successful}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisRun
        metadata: {name: run}
        spec: {metrics: [{name: m, provider: {web: {url: "http://x"}}}]}
        status:
          phase: Failed
          message: too many
          metricResults: [{name: m, phase: Failed, count: 3, failed: 2, successful: 1, message: "2 of 3", measurements: [{phase: Failed, value: "7", startedAt: "2026-05-01T10:00:00Z"}]}]
        """);
    says("experiment 'exp' terminated", "terminate", "experiment", "exp");
    assertThat(stage.get(Resource.EXPERIMENTS, "exp").at("spec", "terminate")).isEqualTo(true);
    says("experiment 'exp' retried", "retry", "exp", "exp");
    assertThat(stage.get(Resource.EXPERIMENTS, "exp").has("status", "phase")).isFalse();
    says("analysisRun 'run' terminated", "terminate", "ar", "run");
    assertThat(stage.writes())
        .containsExactly(
            "patch experiments exp 200", "patch experiments exp 200", "patch analysisruns run 200");
    assertThat(stage.plugin().run("get", "ar", "run", "-o", "wide").out())
        .contains("Status:          ✖ Failed", "Message:         too many", "m ", "2 of 3", " ago")
        .contains("7");
    assertThat(stage.plugin().run("list", "ar").out())
        .startsWith("NAME  STATUS  INFO     AGE\nrun   Failed  ✔ 1,✖ 2  ");
    assertThat(stage.plugin().run("list", "experiments").out()).startsWith("NAME        STATUS");
    assertThat(stage.plugin().run("get", "exp", "exp").out())
        .startsWith("Name:            exp\n")
        .contains("Σ exp");
  }

  @Test
  @DisplayName("K-134 lists say on standard error that there is nothing")
  void lists() {
    assertThat(stage.plugin().run("list", "experiments"))
        .isEqualTo(new Result(0, "", "No resources found.\n"));
    assertThat(stage.plugin().run("list", "ro", "--name", "gone"))
        .isEqualTo(new Result(0, "", "No resources found.\n"));
    assertThat(stage.plugin().run("list", "ro", "--name", "web").out()).contains("\nweb  ");
    assertThat(stage.plugin().run("list", "ro", "-A", "--timestamps").out())
        .contains(stage.namespace, "TIMESTAMP");
    assertThat(stage.plugin().run("list", "ro", "-o", "name").out())
        .isEqualTo("rollout.argoproj.io/web\n");
    assertThat(stage.plugin().run("list", "ro", "-o", "json").out())
        .startsWith("{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\"")
        .doesNotContain("managedFields");
  }

  @Test
  @DisplayName("get shows the object, also as it is")
  void get() {
    assertThat(stage.plugin().run("get", "ro", "web").out())
        .startsWith("Name:            web\n")
        .contains("⟳ web");
    assertThat(stage.plugin().run("get", "ro", "web", "-o", "yaml").out())
        .startsWith("apiVersion: argoproj.io/v1alpha1\n")
        .contains("kind: Rollout\n");
    assertThat(stage.plugin().run("explain", "web").out()).startsWith("Rollout web\n");
    assertThat(stage.plugin().run("explain", "web", "-o", "json").out()).startsWith("{\n");
    assertThat(stage.plugin().run("__complete", "promote", "w").out()).isEqualTo("web\n:4\n");
    assertThat(stage.writes()).isEmpty();
  }

  @Test
  @DisplayName("K-150, K-151, K-154, K-155 create posts every object of every file")
  void create() {
    Path file =
        stage.file(
            "all.yaml",
            ROLLOUT.replace("name: web}", "name: other}").replaceAll("status: .*\n", "")
                + """
                ---
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: check}
                spec: {args: [{name: host}, {name: path, value: /}], metrics: [{name: m, provider: {web: {url: "http://x"}}}]}
                ---
                apiVersion: argoproj.io/v1alpha1
                kind: ClusterAnalysisTemplate
                metadata: {name: check-%s}
                spec: {metrics: [{name: m, provider: {web: {url: "http://x"}}}]}
                """
                    .formatted(stage.namespace));
    assertThat(stage.plugin().run("create", "-f", file.toString()).out())
        .isEqualTo(
            """
            rollout.argoproj.io/other created
            analysistemplate.argoproj.io/check created
            clusteranalysistemplate.argoproj.io/check-%s created
            """
                .formatted(stage.namespace));
    fails("rollouts.argoproj.io \"other\" already exists", "create", "-f", file.toString());

    says(
        "analysisrun.argoproj.io/mine created",
        "create",
        "ar",
        "--from",
        "check",
        "-a",
        "host=a=b",
        "-a",
        "unknown=x",
        "--name",
        "mine",
        "--instance-id",
        "blue");
    KubeObject run = stage.get(Resource.ANALYSIS_RUNS, "mine");
    assertThat(run.children("spec", "args"))
        .extracting(each -> each.text("name") + "=" + each.text("value"))
        .containsExactly("host=a=b", "path=/");
    assertThat(run.at("metadata", "labels"))
        .isEqualTo(Map.of("argo-rollouts.argoproj.io/controller-instance-id", "blue"));
    fails("args.host was not resolved", "create", "ar", "--from", "check");
    assertThat(
            stage
                .plugin()
                .run("create", "ar", "--global", "--from", "check-" + stage.namespace)
                .out())
        .matches("analysisrun.argoproj.io/check-" + stage.namespace + "-\\w+ created\n");
    assertThat(
            stage
                .plugin()
                .run("create", "ar", "--from", "check", "-a", "host=h", "--generate-name", "x-")
                .out())
        .matches("analysisrun.argoproj.io/x-\\w+ created\n");
  }

  @Test
  @DisplayName("--dry-run says what would be done, and nothing is done")
  void dryRun() {
    String before = stage.rollout("web").resourceVersion();
    says("rollout 'web' aborted (dry run)", "abort", "web", "--dry-run=client");
    assertThat(stage.writes()).isEmpty();
    says("rollout 'web' aborted (server dry run)", "abort", "web", "--dry-run=server");
    says("rollout 'web' promoted (server dry run)", "promote", "web", "--dry-run", "server");
    says(
        "rollout \"web\" image updated (dry run)",
        "set",
        "image",
        "web",
        "web=x:1",
        "--dry-run=client");
    says(
        "rollout \"web\" image updated (server dry run)",
        "set",
        "image",
        "web",
        "web=x:1",
        "--dry-run=server");
    assertThat(stage.rollout("web").resourceVersion()).isEqualTo(before);
  }
}
