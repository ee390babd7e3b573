package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A router whose objects cannot be brought to what is wanted. */
class RouterErrorDeliveryTest {
  private static final ObjectKey INGRESS =
      new ObjectKey("networking.k8s.io/v1", "Ingress", "default", "web");

  private static final ObjectKey CANARY =
      new ObjectKey("networking.k8s.io/v1", "Ingress", "default", "web-web-canary");

  private static World routed() {
    World world =
        new World(
                Manifests.rollout(
                    """
                    replicas: 5
                    strategy:
                      canary:
                        canaryService: web-canary
                        stableService: web-stable
                        trafficRouting: {nginx: {stableIngress: web}}
                        steps:
                        - setWeight: 20
                        - pause: {}
                    """))
            .service("web-canary")
            .service("web-stable");
    world.objects.put(
        INGRESS,
        JsonObject.of(
            Codec.standard()
                .read(
                    "ingress.yaml",
                    """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web, namespace: default}
            spec:
              rules:
              - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web-stable, port: {number: 80}}}}]}
            """)
                .get(0)
                .tree()));
    return world;
  }

  @Test
  @DisplayName("T-911 an error at the weight is announced, and nothing is scaled in that turn")
  void anErrorAtTheWeightScalesNothing() {
    World world = routed().settle();
    // Somebody replaces the canary Ingress by one of their own.
    Map<String, Object> foreign = new LinkedHashMap<>(world.objects.get(INGRESS).fields());
    foreign.put("metadata", Map.of("name", CANARY.name(), "namespace", "default"));
    world.objects.put(CANARY, JsonObject.of(foreign));
    world.image("web:2").pass(Duration.ofMinutes(1));
    world.events.clear();
    Decision<?, ClusterEffect> decision = world.turn();
    for (int i = 0; i < 5 && !world.told().contains("TrafficRoutingError"); i++) {
      decision = world.turn();
    }

    assertThat(world.told()).contains("TrafficRoutingError");
    assertThat(decision.effects())
        .noneMatch(ClusterEffect.UpdateReplicaSet.class::isInstance)
        .anyMatch(
            effect ->
                effect instanceof ClusterEffect.Retry retry
                    && retry
                        .error()
                        .startsWith(
                            "canary ingress `web-web-canary` controlled by different object"));
  }

  @Test
  @DisplayName(
      "T-900 T-901 T-903 the canary Ingress comes with stable, follows the step, and is 0 at an abort")
  void theCanaryIngressFollowsTheSteps() {
    World world = routed().settle();
    assertThat(weight(world)).isEqualTo("0");
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    assertThat(weight(world)).isEqualTo("20");
    world.patch(status -> status.abort(true)).settle();
    assertThat(weight(world)).isEqualTo("0");
  }

  private static Object weight(World world) {
    return world
        .objects
        .get(CANARY)
        .at("metadata", "annotations", "nginx.ingress.kubernetes.io/canary-weight");
  }
}
