package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.AuditLog;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Real HorizontalPodAutoscalers, of which the bounds alone need no metrics, and a real
 * PodDisruptionBudget.
 */
@Tag("it")
class AutoscalersTest {
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
          selector: {matchLabels: {app: web}}
          strategy: %s
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """
        .formatted(strategy);
  }

  private void autoscaler(int least, int most) {
    live.apply(
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web}
        spec:
          scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web}
          minReplicas: %d
          maxReplicas: %d
          metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
        """
            .formatted(least, most));
  }

  private JsonObject autoscaler() {
    return live.find(
            new ObjectKey("autoscaling/v2", "HorizontalPodAutoscaler", live.namespace, "web"))
        .orElseThrow();
  }

  @Test
  @DisplayName(
      "O-230, O-231, O-232, O-233, R-011 An autoscaler sizes a canary that says no size, also while it is paused")
  void canary() {
    live.apply(rollout("{canary: {steps: [{setWeight: 50}, {pause: {}}]}}"));
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(live.rollout("web").spec().replicas()).as("O-233").isEqualTo(1);

    autoscaler(4, 10);
    live.await(
        "web", it -> it.statusOrEmpty().availableReplicas() == 4 && live.sizes().equals("1=4"));
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    live.await("web", it -> live.sizes().equals("1=2 2=2"));

    autoscaler(8, 10);
    live.await("web", it -> live.sizes().equals("1=4 2=4"));
    RolloutStatus status =
        live.await("web", it -> it.statusOrEmpty().HPAReplicas() == 8).statusOrEmpty();
    assertThat(status.selector()).isEqualTo("app=web");
    assertThat(status.phase()).isEqualTo(RolloutPhase.PAUSED);
    Live.await(
        () -> Integer.valueOf(8).equals(autoscaler().at("status", "currentReplicas")),
        () -> String.valueOf(autoscaler().at("status")));

    autoscaler(1, 2);
    live.await("web", it -> live.sizes().equals("1=1 2=1"));
    live.promote("web");
    live.await("web", it -> live.sizes().equals("1=0 2=2"));
    assertThat(live.rollout("web").spec().replicas()).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "O-231, O-232 Of blue and green the autoscaler sees the active version; the preview keeps the size that the Rollout says")
  void blueGreen() {
    live.apply(
        rollout(
                "{blueGreen: {activeService: active, previewService: preview, autoPromotionEnabled: false, previewReplicaCount: 1}}")
            + RouterCase.service("active")
            + RouterCase.service("preview"));
    autoscaler(2, 10);
    live.await(
        "web",
        it ->
            it.statusOrEmpty().phase() == RolloutPhase.HEALTHY
                && it.statusOrEmpty().availableReplicas() == 2);
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "BlueGreenPause");
    assertThat(live.sizes()).isEqualTo("1=2 2=1");

    autoscaler(4, 10);
    live.await("web", it -> live.sizes().equals("1=4 2=1"));
    RolloutStatus status =
        live.await(
                "web",
                it ->
                    it.statusOrEmpty().HPAReplicas() == 4
                        && it.statusOrEmpty().availableReplicas() == 4)
            .statusOrEmpty();
    assertThat(status.selector())
        .isEqualTo(
            "app=web," + RolloutKeys.POD_TEMPLATE_HASH + "=" + status.blueGreen().activeSelector());
    assertThat(status.readyReplicas()).isEqualTo(4);
    Live.await(
        () -> Integer.valueOf(4).equals(autoscaler().at("status", "currentReplicas")),
        () -> String.valueOf(autoscaler().at("status")));
  }

  private List<String> pods() {
    return live.list("Pod").stream()
        .map(each -> ClusterObjects.metadata(each))
        .filter(meta -> meta.deletionTimestamp() == null)
        .map(meta -> meta.uid())
        .toList();
  }

  @Test
  @DisplayName(
      "O-235, R-422 A budget that allows nothing holds up a restart, and not the end of a canary")
  void budget() throws ApiException {
    live.apply(
        rollout("{canary: {maxSurge: 1, maxUnavailable: 0}}")
                .replace("spec:\n  selector", "spec:\n  replicas: 3\n  selector")
            + """
              ---
              apiVersion: policy/v1
              kind: PodDisruptionBudget
              metadata: {name: budget}
              spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}
              """);
    live.await("web", RolloutPhase.HEALTHY, "");
    ObjectKey budget = new ObjectKey("policy/v1", "PodDisruptionBudget", live.namespace, "budget");
    Live.await(
        () ->
            Integer.valueOf(3)
                .equals(live.find(budget).orElseThrow().at("status", "currentHealthy")),
        () -> "the budget counts no pods");
    assertThat(live.find(budget).orElseThrow().at("status", "disruptionsAllowed")).isEqualTo(0);

    live.image("web", "web:2");
    live.await(
        "web",
        it -> it.statusOrEmpty().phase() == RolloutPhase.HEALTHY && live.sizes().equals("1=0 2=3"));
    Live.await(() -> pods().size() == 3, () -> "pods of the first version stay");
    List<String> before = pods();

    int refused = evictions().size();
    live.patch(
        "Rollout",
        "web",
        "{\"spec\": {\"restartAt\": \"%s\"}}"
            .formatted(Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS)));
    Live.await(() -> evictions().size() > refused, () -> "nobody asks for an eviction");
    assertThat(pods()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(live.rollout("web").statusOrEmpty().restartedAt()).isNull();

    live.api.delete(budget, "");
    live.await("web", it -> it.statusOrEmpty().restartedAt() != null);
    assertThat(pods()).doesNotContainAnyElementsOf(before);
  }

  private List<AuditLog.Request> evictions() {
    return live.cluster.controlPlane().audit().requests().stream()
        .filter(each -> each.namespace().equals(live.namespace) && each.resource().equals("pods"))
        .filter(each -> each.verb().equals("create") && each.user().equals("controller"))
        .toList();
  }
}
