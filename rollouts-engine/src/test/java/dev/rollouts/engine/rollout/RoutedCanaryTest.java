package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A canary whose traffic an Istio VirtualService divides. */
class RoutedCanaryTest {
  private static final ObjectKey VIRTUAL_SERVICE =
      new ObjectKey("networking.istio.io/v1alpha3", "VirtualService", "default", "web");

  static World istio(String options, String steps) {
    return istio(options, "", steps);
  }

  /**
   * @param options lines under {@code canary}
   * @param routing more lines under {@code trafficRouting}
   */
  static World istio(String options, String routing, String steps) {
    World world =
        new World(
            Manifests.rollout(
                """
                replicas: 10
                strategy:
                  canary:
                    stableService: web-stable
                    canaryService: web-canary
                %s
                    trafficRouting:
                      istio:
                        virtualService: {name: web}
                %s
                    steps:
                %s
                """
                    .formatted(
                        options.indent(4).stripTrailing(),
                        routing.indent(6).stripTrailing(),
                        steps.indent(4).stripTrailing())));
    world.service("web-stable").service("web-canary");
    world.objects.put(
        VIRTUAL_SERVICE,
        JsonObject.of(
            Map.of(
                "apiVersion",
                "networking.istio.io/v1alpha3",
                "kind",
                "VirtualService",
                "metadata",
                Map.of("name", "web", "namespace", "default"),
                "spec",
                Map.of(
                    "http",
                    List.of(
                        Map.of(
                            "name",
                            "primary",
                            "route",
                            List.of(
                                Map.of("destination", Map.of("host", "web-stable"), "weight", 100),
                                Map.of(
                                    "destination",
                                    Map.of("host", "web-canary"),
                                    "weight",
                                    0))))))));
    return world;
  }

  static int weight(World world, int destination) {
    JsonObject live = ClusterObjects.of(world.objects).find(VIRTUAL_SERVICE).orElseThrow();
    Object route =
        ((List<?>) ((Map<?, ?>) ((List<?>) live.at("spec", "http")).get(0)).get("route"))
            .get(destination);
    return ((Number) ((Map<?, ?>) route).get("weight")).intValue();
  }

  @Test
  @DisplayName(
      "R-042, R-043, T-900 A first deploy ends with weight 0 and Services on the first hash")
  void firstDeploy() {
    World world = istio("", "- setWeight: 20\n- pause: {}").settle();

    assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(world.selected("web-stable")).isEqualTo(world.revision(1).hash());
    assertThat(world.selected("web-canary")).isEqualTo(world.revision(1).hash());
    assertThat(weight(world, 1)).isZero();
  }

  @Test
  @DisplayName(
      "R-103, R-125, R-130, T-901 The weight follows the pods, stable keeps all of its own")
  void weightFollowsPods() {
    World world = istio("", "- setWeight: 20\n- pause: {}\n- setWeight: 60\n- pause: {}").settle();
    world.events.clear();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();

    assertThat(weight(world, 1)).isEqualTo(20);
    assertThat(weight(world, 0)).isEqualTo(80);
    assertThat(world.revision(2).replicas()).isEqualTo(2);
    assertThat(world.revision(1).replicas()).isEqualTo(10);
    assertThat(world.status().canary().weights().canary().weight()).isEqualTo(20);
    assertThat(world.told()).contains("TrafficWeightUpdated");
    assertThat(world.status().message()).isEqualTo("CanaryPauseStep");

    world.patch(status -> status.pauseConditions(List.of())).settle();
    assertThat(weight(world, 1)).isEqualTo(60);
    assertThat(world.revision(2).replicas()).isEqualTo(6);
  }

  @Test
  @DisplayName(
      "R-195, R-282, R-292, T-904 After the last step everything moves, and the old goes later")
  void promotes() {
    World world = istio("", "- setWeight: 50").settle();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();

    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
    assertThat(world.selected("web-stable")).isEqualTo(world.revision(2).hash());
    assertThat(weight(world, 1)).isZero();
    assertThat(world.revision(1).replicas()).isEqualTo(10);
    world.pass(Duration.ofSeconds(31)).settle();
    assertThat(world.revision(1).replicas()).isZero();
  }

  @Test
  @DisplayName(
      "R-287, R-288 A version in between loses its pods at once, the last one after a delay")
  void pastVersions() {
    World world = istio("scaleDownDelaySeconds: 60", "- setWeight: 50\n- pause: {}").settle();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    assertThat(world.revision(2).replicas()).isEqualTo(5);
    world.image("web:3").pass(Duration.ofMinutes(1)).settle();
    assertThat(world.revision(2).replicas()).isZero();
    assertThat(world.revision(2).annotation(RolloutKeys.SCALE_DOWN_DEADLINE)).isNull();

    world.resume().settle();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(3).hash());
    world.pass(Duration.ofSeconds(59)).settle();
    assertThat(world.revision(1).replicas()).isEqualTo(10);
    world.pass(Duration.ofSeconds(2)).settle();
    assertThat(world.revision(1).replicas()).isZero();
  }

  @Test
  @DisplayName("R-287 With dynamicStableScale the last version has no delay")
  void pastVersionOfADynamicCanary() {
    World world = istio("dynamicStableScale: true", "- setWeight: 50").settle();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
    assertThat(world.revision(1).replicas()).isZero();
  }

  @Test
  @DisplayName(
      "R-230, R-144, T-903 An abort takes the traffic back at once and the pods after a delay")
  void aborts() {
    World world = istio("", "- setWeight: 50\n- pause: {}").settle();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    world.patch(status -> status.abort(true)).settle();

    assertThat(weight(world, 1)).isZero();
    assertThat(world.selected("web-canary")).isEqualTo(world.revision(1).hash());
    assertThat(world.revision(2).replicas()).isEqualTo(5);
    world.pass(Duration.ofSeconds(31)).settle();
    assertThat(world.revision(2).replicas()).isZero();
  }

  @Test
  @DisplayName("R-108 With dynamicStableScale stable shrinks behind the traffic")
  void dynamicStableScale() {
    World world =
        istio(
                "dynamicStableScale: true",
                "- setWeight: 20\n- pause: {}\n- setWeight: 80\n- pause: {}")
            .settle();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    assertThat(world.revision(2).replicas()).isEqualTo(2);
    assertThat(world.revision(1).replicas()).isEqualTo(8);
    world.patch(status -> status.pauseConditions(List.of())).settle();
    assertThat(world.revision(2).replicas()).isEqualTo(8);
    assertThat(world.revision(1).replicas()).isEqualTo(2);

    world.patch(status -> status.abort(true)).settle();
    assertThat(weight(world, 1)).isZero();
    assertThat(world.revision(2).replicas()).isZero();
    assertThat(world.revision(1).replicas()).isEqualTo(10);
  }
}
