package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.traffic.RouterSettings;
import dev.rollouts.engine.traffic.TrafficRouters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When a rollout asks whether load balancers know its pods, and what waits for the answer. */
class TargetVerificationTest {
  private static World world(String strategy, boolean verifies) {
    RolloutSettings settings =
        new RolloutSettings(
            "",
            RouterSettings.defaults().withVerifyTargetGroup(verifies),
            Set.of(),
            Set.of(),
            List.of());
    World world =
        new World(
            Manifests.rollout("replicas: 3\nstrategy:\n" + strategy.indent(2)),
            new RolloutEngine(settings, TrafficRouters.builtIn()));
    world.objects.put(
        new ObjectKey("networking.k8s.io/v1", "Ingress", "default", "web"),
        JsonObject.of(
            Map.of(
                "apiVersion",
                "networking.k8s.io/v1",
                "kind",
                "Ingress",
                "metadata",
                Map.of("name", "web", "namespace", "default"),
                "spec",
                Map.of(
                    "rules",
                    List.of(
                        Map.of(
                            "http",
                            Map.of(
                                "paths",
                                List.of(
                                    Map.of(
                                        "path",
                                        "/*",
                                        "backend",
                                        Map.of(
                                            "service",
                                            Map.of(
                                                "name",
                                                "web-stable",
                                                "port",
                                                Map.of("name", "use-annotation"))))))))))));
    for (String each : List.of("web-active", "web-preview", "web-stable", "web-canary")) {
      world.service(each);
    }
    return world.template("smoke");
  }

  private static World blueGreen(boolean verifies) {
    return world(
            """
            blueGreen:
              activeService: web-active
              postPromotionAnalysis: {templates: [{templateName: smoke}]}
            """,
            verifies)
        .settle();
  }

  private static List<ClusterEffect.VerifyTargets> asked(World world) {
    return world.decisions.stream()
        .flatMap(each -> each.effects().stream())
        .filter(ClusterEffect.VerifyTargets.class::isInstance)
        .map(ClusterEffect.VerifyTargets.class::cast)
        .distinct()
        .toList();
  }

  @Test
  @DisplayName("T-201, T-204 Blue-green: after the switch, before the checks, which wait for it")
  void blueGreenWaits() {
    World world = blueGreen(true);
    assertThat(asked(world)).as("the first version").isEmpty();
    world.targets = false;
    world.image("web:2").pass(Duration.ofMinutes(1)).turns(12);
    String hash = world.revision(2).hash();
    assertThat(world.selected("web-active")).isEqualTo(hash);
    assertThat(asked(world)).containsExactly(new ClusterEffect.VerifyTargets("web-active", hash));
    assertThat(world.runs).isEmpty();
    assertThat(world.status().stableRS()).isNotEqualTo(hash);
    // One turn asks, the next one has the answer.
    assertThat(List.of(world.turn(), world.turn()))
        .anyMatch(
            each ->
                each.effects().isEmpty()
                    && each.wakeUp().equals(Optional.of(world.now.plusSeconds(10))));

    world.targets = true;
    world.pass(Duration.ofSeconds(10)).settle();
    assertThat(world.runs).hasSize(1);
    world.decisions.clear();
    world.finish(world.runs.keySet().iterator().next(), AnalysisPhase.SUCCESSFUL, "").settle();
    assertThat(asked(world)).as("once the checks have begun").isEmpty();
    assertThat(world.status().stableRS()).isEqualTo(hash);
  }

  @Test
  @DisplayName("T-200, T-201 Not where the operator has not asked for it")
  void offByDefault() {
    World world = blueGreen(false).update("web:2");
    assertThat(asked(world)).isEmpty();
    assertThat(world.runs).hasSize(1);
  }

  @Test
  @DisplayName(
      "T-201, T-205 Canary: after the promotion, before the old version is given a deadline")
  void canaryWaits() {
    World world =
        world(
                """
                canary:
                  stableService: web-stable
                  canaryService: web-canary
                  trafficRouting: {alb: {ingress: web, servicePort: 80}}
                """,
                true)
            .turns(15);
    assertThat(world.phase()).isEqualTo("HEALTHY");
    assertThat(asked(world)).isEmpty();
    world.targets = false;
    world.image("web:2").pass(Duration.ofMinutes(1)).turns(15);
    String hash = world.revision(2).hash();
    assertThat(world.status().stableRS()).isEqualTo(hash);
    assertThat(asked(world)).containsExactly(new ClusterEffect.VerifyTargets("web-stable", hash));
    world.pass(Duration.ofHours(1)).turns(3);
    assertThat(world.revision(1).replicas()).isEqualTo(3);
    assertThat(world.revision(1).annotation(RolloutKeys.SCALE_DOWN_DEADLINE)).isNull();

    world.targets = true;
    world.pass(Duration.ofSeconds(10)).turns(15);
    assertThat(world.revision(1).annotation(RolloutKeys.SCALE_DOWN_DEADLINE)).isNotNull();
    world.pass(Duration.ofSeconds(31)).turns(15);
    assertThat(world.revision(1).replicas()).isZero();
  }
}
