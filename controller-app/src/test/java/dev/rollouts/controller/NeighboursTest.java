package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.codec.Json;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.TestCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who else works with Rollouts: kubectl, autoscalers, GitOps tools, another controller. */
@Tag("it")
class NeighboursTest {
  private static final String STEPS = "{canary: {steps: [{setWeight: 50}, {pause: {}}]}}";

  private Live live;
  private Kubectl kubectl;

  @BeforeEach
  void start() {
    live = new Live();
    kubectl = new Kubectl(live.namespace);
  }

  @AfterEach
  void stop() {
    live.close();
  }

  private static String rollout(String name, String labels, String strategy) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: %1$s, labels: {%2$s}}
        spec:
          selector: {matchLabels: {app: %1$s}}
          strategy: %3$s
          template:
            metadata: {labels: {app: %1$s}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """
        .formatted(name, labels, strategy);
  }

  @Test
  @DisplayName(
      "O-246, R-477, R-470 kubectl wait sees the conditions, kubectl get the columns, kubectl scale and autoscalers the scale")
  void kubectlSpeaksRollout() {
    live.apply(
        rollout("web", "", STEPS).replace("spec:\n  selector", "spec:\n  replicas: 2\n  selector"));
    for (String condition : List.of("Available", "Healthy", "Completed")) {
      assertThat(
              kubectl.ok(
                  "", "wait", "--for=condition=" + condition, "rollout/web", "--timeout=90s"))
          .contains("condition met");
    }
    assertThat(kubectl.ok("", "get", "rollout", "web").lines().toList())
        .satisfiesExactly(
            header ->
                assertThat(header.split("\\s+"))
                    .containsExactly(
                        "NAME", "DESIRED", "CURRENT", "UP-TO-DATE", "AVAILABLE", "AGE"),
            line -> assertThat(line).matches("web +2 +2 +2 +2 +\\S+"));
    assertThat(kubectl.ok("", "get", "ro", "web", "-o", "name"))
        .contains("rollout.argoproj.io/web");
    assertThat(kubectl.ok("", "get", "exp,ar,at,cat")).doesNotContain("error");
    assertThat(kubectl.run("", "rollout", "status", "rollout/web").code()).isNotZero();

    kubectl.ok("", "scale", "rollout/web", "--replicas=4");
    live.await(
        "web", it -> it.statusOrEmpty().availableReplicas() == 4 && live.sizes().equals("1=4"));
    Map<?, ?> scale =
        (Map<?, ?>)
            Json.read(
                "scale",
                kubectl.ok(
                    "",
                    "get",
                    "--raw",
                    "/apis/argoproj.io/v1alpha1/namespaces/%s/rollouts/web/scale"
                        .formatted(live.namespace)));
    assertThat(scale.get("status")).isEqualTo(Map.of("replicas", 4, "selector", "app=web"));

    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(live.sizes()).isEqualTo("1=2 2=2");
    kubectl.ok("", "scale", "rollout/web", "--replicas=2");
    live.await("web", it -> live.sizes().equals("1=1 2=1"));
    assertThat(
            kubectl.ok(
                "",
                "wait",
                "--for=jsonpath={.status.phase}=Paused",
                "rollout/web",
                "--timeout=90s"))
        .contains("condition met");
  }

  @Test
  @DisplayName(
      "R-034 Who applies the same manifest again and again, without replicas, gets no conflict and takes nothing back")
  void serverSideApply() {
    String manifest = rollout("web", "team: shop", STEPS);
    String[] apply = {"apply", "--server-side", "--field-manager=gitops", "-f", "-"};
    kubectl.ok(manifest, apply);
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(live.rollout("web").spec().replicas()).isEqualTo(1);
    kubectl.ok(manifest, apply);
    kubectl.ok("", "scale", "rollout/web", "--replicas=4");
    live.await("web", it -> live.sizes().equals("1=4"));
    kubectl.ok(manifest, apply);

    String next = manifest.replace("web:1", "web:2");
    for (int i = 0; i < 5; i++) {
      kubectl.ok(next, apply);
    }
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    String before = live.rollout("web").metadata().resourceVersion();
    for (int i = 0; i < 5; i++) {
      kubectl.ok(next, apply);
    }
    assertThat(live.rollout("web").metadata().resourceVersion()).isEqualTo(before);
    assertThat(live.sizes()).isEqualTo("1=2 2=2");
    live.promote("web");
    live.await("web", RolloutPhase.HEALTHY, "");
    kubectl.ok(next, apply);
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(live.sizes()).isEqualTo("1=0 2=4");
    assertThat(kubectl.ok("", "get", "rollout/web", "--show-managed-fields", "-o", "json"))
        .contains("\"manager\": \"gitops\"");
  }

  @Test
  @DisplayName(
      "T-007, R-436 A Rollout deleted in the foreground leaves nothing but what users made")
  void foregroundDeletion() {
    RouterDefinitions.install(TestCluster.shared().client());
    RouterCase nginx = RouterCase.ALL.get(0);
    live.apply(
        nginx.yaml(
                "[{setWeight: 20}, {analysis: {templates: [{templateName: smoke}]}}, {experiment: {templates: [{name: base, specRef: stable}]}}]")
            + """
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: smoke}
            spec:
              metrics:
              - name: smoke
                provider:
                  job:
                    spec:
                      template:
                        spec:
                          restartPolicy: Never
                          containers: [{name: smoke, image: "smoke:1"}]
            """);
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await(
        "web",
        it ->
            Integer.valueOf(2).equals(it.statusOrEmpty().currentStepIndex())
                && !live.list("Experiment").isEmpty());
    kubectl.ok("", "delete", "rollout/web", "--cascade=foreground", "--timeout=120s");
    for (String kind : List.of("ReplicaSet", "Pod", "AnalysisRun", "Experiment")) {
      Live.await(() -> live.list(kind).isEmpty(), () -> "left over: " + live.list(kind));
    }
    Live.await(
        () -> live.find(nginx.key(live.namespace)).isEmpty(), () -> "the canary Ingress is left");
    assertThat(kubectl.ok("", "get", "jobs.batch", "-o", "name")).doesNotContain("job.batch/");
    ObjectKey service = ObjectKey.service(live.namespace, "web-stable");
    Live.await(
        () ->
            live.find(service).orElseThrow().at("spec", "selector", RolloutKeys.POD_TEMPLATE_HASH)
                == null,
        () -> "the Service selects pods that are gone");
  }

  @Test
  @DisplayName("O-042 A controller of one namespace leaves others alone")
  void namespaced() {
    String other = TestCluster.shared().namespace();
    new Kubectl(other).ok(rollout("web", "", STEPS), "create", "-f", "-");
    live.apply(rollout("web", "", STEPS));
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(new Kubectl(other).ok("", "get", "rollout/web", "-o", "jsonpath={.status}"))
        .isEmpty();
    TestCluster.shared().client().namespaces().withName(other).delete();
  }

  @Test
  @DisplayName("O-040, O-041 Two controllers share a namespace by instance id")
  void instances() {
    Settings blue = live.settings("--instance-id=blue");
    String label = "argo-rollouts.argoproj.io/controller-instance-id: ";
    live.apply(rollout("mine", "", STEPS));
    live.apply(rollout("blues", label + "blue", STEPS));
    live.apply(rollout("greens", label + "green", STEPS));
    live.await("mine", RolloutPhase.HEALTHY, "");
    assertThat(live.rollout("blues").status()).isNull();
    try (Controller second = live.start(blue)) {
      live.await("blues", RolloutPhase.HEALTHY, "");
      assertThat(second.healthPort()).isPositive();
      live.image("mine", "web:2");
      live.await("mine", RolloutPhase.PAUSED, "CanaryPauseStep");
      live.image("blues", "web:2");
      live.await("blues", RolloutPhase.PAUSED, "CanaryPauseStep");
    }
    assertThat(live.rollout("greens").status()).isNull();
  }
}
