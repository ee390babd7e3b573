package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.TestCluster;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of users' objects when their Rollout goes, on a real API server. */
@Tag("it")
class LeftoversTest {
  private static final String STEPS = "[{setWeight: 20}, {pause: {}}]";
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 3
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:1"}]}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web}
      spec:
        replicas: 2
        workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web, scaleDown: progressively}
        strategy: {canary: {}}
      """;

  private Live live;
  private Kubectl kubectl;

  @BeforeEach
  void start() {
    RouterDefinitions.install(TestCluster.shared().client());
    live = new Live();
    kubectl = new Kubectl(live.namespace);
  }

  @AfterEach
  void stop() {
    live.close();
  }

  private JsonObject rule() {
    return live.find(
            new ObjectKey("networking.istio.io/v1alpha3", "DestinationRule", live.namespace, "web"))
        .orElseThrow();
  }

  private boolean isGivenBack() {
    JsonObject rule = rule();
    return !ClusterObjects.metadata(rule).annotations().containsKey(RolloutKeys.MANAGED_BY)
        && Map.of("app", "web").equals(RouterCase.at(rule, "spec", "subsets", 0, "labels"))
        && Map.of("app", "web").equals(RouterCase.at(rule, "spec", "subsets", 1, "labels"));
  }

  private static RouterCase router(String name) {
    return RouterCase.ALL.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName(
      "T-435 A DestinationRule is given back when its Rollout is deleted, also by the next controller")
  void destinationRule() {
    live.apply(router("Istio by subset").yaml(STEPS));
    live.await("web", RolloutPhase.HEALTHY, "");
    Live.await(() -> !isGivenBack(), () -> rule().toString());
    kubectl.ok("", "delete", "rollout/web");
    Live.await(this::isGivenBack, () -> rule().toString());

    live.apply(router("Istio by subset").yaml(STEPS));
    live.await("web", RolloutPhase.HEALTHY, "");
    Live.await(() -> !isGivenBack(), () -> rule().toString());
    live.controller().close();
    kubectl.ok("", "delete", "rollout/web");
    live.restart();
    assertThat(isGivenBack()).as("nobody looks at it yet").isFalse();
    live.apply(
        router("Istio by subset")
            .yaml(STEPS)
            .replace("name: web", "name: other")
            .replace("app: web", "app: other"));
    Live.await(this::isGivenBack, () -> rule().toString());
  }

  @Test
  @DisplayName("T-435, R-447 A DestinationRule is given back when its Rollout names it no more")
  void noMoreNamed() {
    live.apply(router("Istio by subset").yaml(STEPS));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.patch(
        "Rollout", "web", "{\"spec\": {\"strategy\": {\"canary\": {\"trafficRouting\": null}}}}");
    Live.await(this::isGivenBack, () -> rule().toString());
  }

  @Test
  @DisplayName(
      "O-044, T-157 An Ingress of an ALB leads to the stable Service alone when its Rollout is deleted")
  void albIngress() {
    RouterCase alb = router("ALB Ingress");
    live.apply(
        alb.yaml(STEPS)
            .replace(", rootService: web-root", "")
            .replace("service: {name: web-root", "service: {name: web-stable"));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    ObjectKey key = alb.key(live.namespace);
    String action = "alb.ingress.kubernetes.io/actions.web-stable";
    assertThat(ClusterObjects.metadata(live.find(key).orElseThrow()).annotations())
        .containsKey("rollouts.argoproj.io/managed-alb-annotations")
        .hasEntrySatisfying(action, it -> assertThat(it).contains("\"Weight\":20"));
    kubectl.ok("", "delete", "rollout/web");
    Live.await(
        () ->
            !ClusterObjects.metadata(live.find(key).orElseThrow())
                .annotations()
                .containsKey("rollouts.argoproj.io/managed-alb-annotations"),
        () -> live.find(key).orElseThrow().toString());
    assertThat(ClusterObjects.metadata(live.find(key).orElseThrow()).annotations().get(action))
        .contains("web-stable", "100")
        .doesNotContain("web-canary");
  }

  private int wanted() {
    return live.find(live.key("Deployment", "web")).orElseThrow().at("spec", "replicas")
            instanceof Number number
        ? number.intValue()
        : -1;
  }

  @Test
  @DisplayName(
      "R-320 to R-324 A Deployment that was scaled down for a Rollout runs again when the Rollout is deleted (pain 37)")
  void deployment() {
    live.apply(DEPLOYMENT);
    live.await("web", RolloutPhase.HEALTHY, "");
    Live.await(() -> wanted() == 0, () -> "the Deployment wants " + wanted());
    kubectl.ok("", "delete", "rollout/web");
    Live.await(() -> wanted() == 2, () -> "the Deployment wants " + wanted());
    assertThat(
            ClusterObjects.metadata(live.find(live.key("Deployment", "web")).orElseThrow())
                .annotations())
        .doesNotContainKey("rollout.argoproj.io/scaled-down-from");
  }

  @Test
  @DisplayName(
      "R-035, R-320 to R-324 The same when the pods were to be kept, which the Deployment takes over; and the next Rollout finds a name for its version")
  void orphans() {
    live.apply(DEPLOYMENT);
    live.await("web", RolloutPhase.HEALTHY, "");
    Live.await(() -> wanted() == 0, () -> "the Deployment wants " + wanted());
    kubectl.ok("", "delete", "rollout/web", "--cascade=orphan");
    Live.await(() -> wanted() == 2, () -> "the Deployment wants " + wanted());

    live.apply(DEPLOYMENT.substring(DEPLOYMENT.indexOf("---\n") + 4));
    live.await("web", RolloutPhase.HEALTHY, "");
    Live.await(() -> wanted() == 0, () -> "the Deployment wants " + wanted());
    assertThat(live.rollout("web").statusOrEmpty().collisionCount()).isEqualTo(1);
    assertThat(live.sizes()).contains("1=2");
  }
}
