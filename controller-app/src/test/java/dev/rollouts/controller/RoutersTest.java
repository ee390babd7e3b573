package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.TestCluster;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The objects of each router, on a real API server. */
@Tag("it")
class RoutersTest {
  private static final String STEPS =
      "[{setWeight: 20}, {pause: {}}, {setWeight: 60}, {pause: {}}]";

  private Live live;

  @BeforeEach
  void start() {
    RouterDefinitions.install(TestCluster.shared().client());
    live = new Live();
  }

  @AfterEach
  void stop() {
    live.close();
  }

  static Stream<RouterCase> routers() {
    return RouterCase.ALL.stream();
  }

  private void awaitWeights(RouterCase router, String weights) {
    Live.await(
        () -> router.weights(live).equals(weights),
        () -> "weights %s, not %s".formatted(router.weights(live), weights));
  }

  /** What somebody does who has an old copy of the object. */
  private void putBack(ObjectKey key, JsonObject old) {
    try {
      live.api.patch(
          key,
          "",
          Map.of(
              "metadata",
              Map.of("annotations", annotations(old)),
              "spec",
              ((Map<?, ?>) old.fields().get("spec"))));
    } catch (ApiException e) {
      throw new AssertionError(e.text(), e);
    }
  }

  private static Map<?, ?> annotations(JsonObject tree) {
    return tree.at("metadata", "annotations") instanceof Map<?, ?> map ? map : Map.of();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("routers")
  @DisplayName(
      "T-004, T-008, T-009, T-901, T-903 The weights follow the steps and an abort, and what somebody writes by hand is put right at once")
  void followsTheSteps(RouterCase router) {
    live.apply(router.yaml(STEPS));
    live.await("web", RolloutPhase.HEALTHY, "");
    boolean canaryObjectAlways = !router.name().equals("Ambassador");
    String none = canaryObjectAlways ? "0/100" : "none";
    if (!router.name().startsWith("Gateway")) {
      awaitWeights(router, none); // routes that never had a weight have none
    }

    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(router.weights(live)).isEqualTo("20/80");
    JsonObject before = live.find(router.key(live.namespace)).orElseThrow();
    live.promote("web");
    live.await("web", it -> Integer.valueOf(3).equals(it.statusOrEmpty().currentStepIndex()));
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(router.weights(live)).isEqualTo("60/40");

    putBack(router.key(live.namespace), before);
    awaitWeights(router, "60/40");

    live.promote("web");
    live.await("web", RolloutPhase.HEALTHY, "");
    awaitWeights(router, none);

    live.image("web", "web:3");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(router.weights(live)).isEqualTo("20/80");
    live.abort("web");
    live.await("web", RolloutPhase.DEGRADED, "RolloutAborted");
    awaitWeights(router, none);
    live.await("web", it -> live.sizes().endsWith("2=2 3=0"));
    if (router.name().equals("Istio by subset")) {
      subsetsHaveRevisions();
    }
    if (router.name().equals("App Mesh")) {
      nodesHaveRevisions();
    }
  }

  private void subsetsHaveRevisions() {
    JsonObject rule =
        live.find(
                new ObjectKey(
                    "networking.istio.io/v1alpha3", "DestinationRule", live.namespace, "web"))
            .orElseThrow();
    String stable = live.rollout("web").statusOrEmpty().stableRS();
    assertThat(RouterCase.at(rule, "spec", "subsets", 1, "labels", RolloutKeys.POD_TEMPLATE_HASH))
        .isEqualTo(stable);
    assertThat(ClusterObjects.metadata(rule).annotations())
        .containsEntry(RolloutKeys.MANAGED_BY, "web");
  }

  private void nodesHaveRevisions() {
    String stable = live.rollout("web").statusOrEmpty().stableRS();
    for (String name : List.of("web-stable", "web-canary")) {
      JsonObject node =
          live.find(new ObjectKey("appmesh.k8s.aws/v1beta2", "VirtualNode", live.namespace, name))
              .orElseThrow();
      Object hash = node.at("spec", "podSelector", "matchLabels", RolloutKeys.POD_TEMPLATE_HASH);
      if (name.equals("web-stable")) {
        assertThat(hash).isEqualTo(stable);
      } else {
        assertThat(hash).isNotNull().isNotEqualTo(stable);
      }
    }
  }
}
