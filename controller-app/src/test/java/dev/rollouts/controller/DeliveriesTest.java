package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.Kubelet;
import dev.rollouts.testcluster.PodScript;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Strategies and what stands around them, once each, on a real API server. */
@Tag("it")
class DeliveriesTest {
  private Live live;

  @BeforeEach
  void start() {
    live = new Live();
  }

  @AfterEach
  void stop() {
    live.close();
  }

  private static String rollout(String strategy) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          strategy: %s
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """
        .formatted(strategy);
  }

  private static String service(String name) {
    return """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        """
        .formatted(name);
  }

  private String selected(String service) {
    JsonObject tree = live.find(ObjectKey.service(live.namespace, service)).orElseThrow();
    return String.valueOf(tree.at("spec", "selector", RolloutKeys.POD_TEMPLATE_HASH));
  }

  @Test
  @DisplayName(
      "O-043, R-260, R-265, R-272, R-445 Blue-green waits for a person, switches, and lets go of its Services in the end")
  void blueGreen() {
    live.apply(
        rollout(
                "{blueGreen: {activeService: active, previewService: preview, autoPromotionEnabled: false, scaleDownDelaySeconds: 2}}")
            + service("active")
            + service("preview"));
    live.await("web", RolloutPhase.HEALTHY, "");
    String first = selected("active");

    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "BlueGreenPause");
    assertThat(live.sizes()).isEqualTo("1=3 2=3");
    assertThat(selected("active")).isEqualTo(first);
    assertThat(selected("preview")).isNotEqualTo(first);

    live.promote("web");
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(selected("active")).isNotEqualTo(first);
    live.await("web", it -> live.sizes().equals("1=0 2=3"));

    live.cluster
        .client()
        .genericKubernetesResources(RESOURCES)
        .inNamespace(live.namespace)
        .withName("web")
        .delete();
    Live.await(() -> selected("active").equals("null"), () -> "active still has a hash");
  }

  private static final io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext RESOURCES =
      new io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext.Builder()
          .withGroup("argoproj.io")
          .withVersion("v1alpha1")
          .withPlural("rollouts")
          .withNamespaced(true)
          .build();

  private List<AnalysisRun> runs() {
    return live.list("AnalysisRun").stream()
        .map(tree -> Wire.decode(AnalysisRun.class, tree.fields()).value())
        .toList();
  }

  private static final String JOB_TEMPLATE =
      """
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
                backoffLimit: 0
                template:
                  spec:
                    restartPolicy: Never
                    containers: [{name: smoke, image: "smoke:1"}]
      """;

  @Test
  @DisplayName(
      "R-157, R-350, A-190, A-196 An analysis step runs a real Job, and a Job that fails aborts the update")
  void analysisByJobs() {
    live.apply(
        rollout(
                "{canary: {steps: [{setWeight: 34}, {analysis: {templates: [{templateName: smoke}]}}, {setWeight: 67}]}}")
            + JOB_TEMPLATE);
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await(
        "web",
        it -> it.statusOrEmpty().phase() == RolloutPhase.HEALTHY && live.sizes().equals("1=0 2=3"));
    assertThat(runs())
        .singleElement()
        .satisfies(
            run -> assertThat(run.statusOrPending().phase()).isEqualTo(AnalysisPhase.SUCCESSFUL));

    try (Kubelet.Rule failing =
        live.cluster
            .kubelet()
            .when(
                Kubelet.inNamespace(live.namespace).and(Kubelet.image("smoke:1")),
                PodScript.ready().exitsAfter(Duration.ZERO, 1))) {
      live.image("web", "web:3");
      live.await("web", RolloutPhase.DEGRADED, "RolloutAborted");
    }
    live.await("web", it -> live.sizes().equals("1=0 2=3 3=0"));
    assertThat(runs())
        .anySatisfy(
            run -> assertThat(run.statusOrPending().phase()).isEqualTo(AnalysisPhase.FAILED));
  }

  @Test
  @DisplayName(
      "E-004, R-158 An experiment step runs two versions and goes on when the time is over")
  void experiment() {
    live.apply(
        rollout(
            "{canary: {steps: [{experiment: {duration: 2s, templates: [{name: base, specRef: stable}, {name: new, specRef: canary}]}}]}}"));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await(
        "web",
        it -> it.statusOrEmpty().phase() == RolloutPhase.HEALTHY && live.sizes().endsWith("2=3"));
    assertThat(live.list("Experiment"))
        .singleElement()
        .satisfies(it -> assertThat(it.at("status", "phase")).isEqualTo("Successful"));
  }

  @Test
  @DisplayName(
      "R-511, R-512, O-007 A Rollout that cannot be says so, harms no other, and heals when what it names is there")
  void invalidBesideValid() {
    live.apply(
        rollout("{canary: {canaryService: missing, stableService: missing-too}}")
            .replace("name: web}", "name: broken}")
            .replace("app: web", "app: broken"));
    live.apply(rollout("{canary: {}}"));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.await("broken", RolloutPhase.DEGRADED, "InvalidSpec");
    live.apply(
        (service("missing").substring(4) + service("missing-too"))
            .replace("app: web", "app: broken"));
    live.await("broken", RolloutPhase.HEALTHY, "");
  }

  private List<String> pods() {
    return live.list("Pod").stream().map(each -> ClusterObjects.metadata(each).uid()).toList();
  }

  @Test
  @DisplayName(
      "R-420, R-422, R-424 A restart evicts all pods, what a budget forbids later, and holds up nothing else meanwhile")
  void restart() {
    live.apply(rollout("{canary: {}}"));
    live.apply(
        """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: budget}
        spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
        """);
    live.await("web", RolloutPhase.HEALTHY, "");
    List<String> before = pods();
    Live.await(
        () ->
            Integer.valueOf(3)
                .equals(
                    live.find(
                            new ObjectKey(
                                "policy/v1", "PodDisruptionBudget", live.namespace, "budget"))
                        .orElseThrow()
                        .at("status", "currentHealthy")),
        () -> "the budget counts no pods");
    live.patch(
        "Rollout",
        "web",
        "{\"spec\": {\"restartAt\": \""
            + java.time.Instant.now()
                .plusSeconds(2)
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
            + "\"}}");
    live.patch("Rollout", "web", "{\"spec\": {\"replicas\": 4}}");
    Live.await(() -> pods().size() == 4, () -> "the size waits for the restart: " + live.sizes());
    assertThat(pods()).containsAll(before);
    live.patch("Rollout", "web", "{\"spec\": {\"replicas\": 5}}");
    live.await("web", it -> it.statusOrEmpty().restartedAt() != null);
    assertThat(pods()).doesNotContainAnyElementsOf(before);
  }

  @Test
  @DisplayName("R-020, T-908 An idle Rollout causes no writes")
  void idle() throws InterruptedException {
    live.apply(rollout("{canary: {}}"));
    live.await("web", RolloutPhase.HEALTHY, "");
    Thread.sleep(3000); // events and late answers
    String before =
        ClusterObjects.metadata(live.find(live.key("Rollout", "web")).orElseThrow())
            .resourceVersion();
    int writes = live.cluster.controlPlane().audit().writes("controller").size();
    live.controller(); // it runs
    Thread.sleep(3000);
    assertThat(
            ClusterObjects.metadata(live.find(live.key("Rollout", "web")).orElseThrow())
                .resourceVersion())
        .isEqualTo(before);
    assertThat(live.cluster.controlPlane().audit().writes("controller")).hasSize(writes);
  }
}
