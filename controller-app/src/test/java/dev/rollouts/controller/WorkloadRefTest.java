package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rollouts of a Deployment that the real Deployment controller looks after. */
@Tag("it")
class WorkloadRefTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 3
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}, annotations: {test.rollouts.dev/ready-after: 500ms}}
          spec: {containers: [{name: web, image: "web:1"}]}
      """;

  private Live live;

  @BeforeEach
  void start() {
    live = new Live();
    live.apply(DEPLOYMENT);
    Live.await(() -> ready() == 3, () -> "the Deployment has " + ready() + " pods");
  }

  @AfterEach
  void stop() {
    live.close();
  }

  private static String rollout(String scaleDown) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          replicas: 3
          workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web, scaleDown: %s}
          strategy: {canary: {steps: [{setWeight: 34}, {pause: {}}]}}
        """
        .formatted(scaleDown);
  }

  private JsonObject deployment() {
    return live.find(live.key("Deployment", "web")).orElseThrow();
  }

  private int wanted() {
    return number(deployment(), "spec", "replicas");
  }

  private int ready() {
    return number(deployment(), "status", "readyReplicas");
  }

  private static int number(JsonObject tree, String... path) {
    return tree.at(path) instanceof Number number ? number.intValue() : 0;
  }

  private void setImage(String image) {
    live.patch(
        "Deployment",
        "web",
        "{\"spec\": {\"template\": {\"spec\": {\"containers\": [{\"name\": \"web\", \"image\": \"%s\"}]}}}}"
            .formatted(image));
  }

  @Test
  @DisplayName(
      "R-310, R-312, R-320 The Deployment's template counts; a change of it is an update at once; never scaled down")
  void never() {
    live.apply(rollout("never"));
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(live.sizes()).isEqualTo("1=3");
    assertThat(live.rollout("web").spec().selector()).isNull();

    setImage("web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(live.sizes()).isEqualTo("1=2 2=1");
    assertThat(live.rollout("web").statusOrEmpty().workloadObservedGeneration())
        .isEqualTo(Long.toString(ClusterObjects.metadata(deployment()).generation()))
        .isEqualTo(
            live.rollout("web").metadata().annotations().get(RolloutKeys.WORKLOAD_GENERATION));
    live.promote("web");
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(live.sizes()).isEqualTo("1=0 2=3");
    assertThat(wanted()).isEqualTo(3);
  }

  @Test
  @DisplayName(
      "O-075, R-321, R-323 onsuccess: the Deployment goes to 0 once the Rollout is Healthy, and again when somebody scales it up")
  void onSuccess() {
    live.apply(rollout("onsuccess"));
    live.await("web", it -> live.sizes().equals("1=3"));
    Live.await(() -> wanted() == 0, () -> "the Deployment wants " + wanted());
    live.await("web", RolloutPhase.HEALTHY, "");
    Live.await(() -> ready() == 0, () -> "the Deployment has " + ready() + " pods");

    live.patch("Deployment", "web", "{\"spec\": {\"replicas\": 2}}");
    Live.await(() -> wanted() == 0, () -> "the Deployment wants " + wanted());

    setImage("web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(wanted()).isZero();
  }

  @Test
  @DisplayName("R-322 progressively: the Deployment goes down as the Rollout's pods become ready")
  void progressively() {
    List<Integer> seen = new ArrayList<>();
    live.apply(rollout("progressively"));
    live.await(
        "web",
        it -> {
          int wanted = wanted();
          if (seen.isEmpty() || seen.get(seen.size() - 1) != wanted) {
            seen.add(wanted);
          }
          return wanted == 0;
        });
    assertThat(seen).startsWith(3).endsWith(0).isSortedAccordingTo((a, b) -> Integer.compare(b, a));
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(live.sizes()).isEqualTo("1=3");
  }

  @Test
  @DisplayName("R-311 A workload that is missing is told, and taken once it is there")
  void missing() {
    live.apply(rollout("never").replace("name: web, scaleDown", "name: later, scaleDown"));
    live.await(
        "web",
        RolloutPhase.DEGRADED,
        "InvalidSpec: The Rollout \"web\" is invalid: deployments.apps \"later\" not found");
    live.apply(
        DEPLOYMENT
            .replace("name: web}\nspec", "name: later}\nspec")
            .replace("app: web", "app: later"));
    live.await("web", RolloutPhase.HEALTHY, "");
  }
}
