package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.RoutingCall;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A canary whose traffic a plugin divides: there is nothing to look at but its answers. */
class TrafficPluginDeliveryTest {
  private static World routed() {
    return new World(
            Manifests.rollout(
                """
                replicas: 5
                strategy:
                  canary:
                    canaryService: web-canary
                    stableService: web-stable
                    trafficRouting: {plugins: {acme/router: {}}}
                    steps:
                    - setWeight: 20
                    - pause: {}
                """))
        .service("web-canary")
        .service("web-stable");
  }

  private static World updated(World world) {
    return world.settle().image("web:2").pass(Duration.ofMinutes(1)).settle();
  }

  @Test
  @DisplayName("T-752 R-129 R-130 a weight is recorded when the plugin has answered")
  void aWeightIsRecordedWhenThePluginHasAnswered() {
    World world = updated(routed());

    assertThat(world.calls).contains(new RoutingCall.SetWeight(20, List.of()));
    assertThat(world.status().canary().weights().canary().weight()).isEqualTo(20);
    assertThat(world.status().canary().weights().verified()).isNull();
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.PAUSED);
  }

  @Test
  @DisplayName("T-001 a later turn calls again, waits for nothing, and comes to an end")
  void aLaterTurnCallsAgain() {
    World world = updated(routed());
    RolloutStatus before = world.status();
    world.calls.clear();
    world.pass(Duration.ofMinutes(1));

    Decision<RolloutStatus, ClusterEffect> again = world.turn();
    assertThat(again.status()).isEqualTo(before);
    assertThat(again.effects()).hasOnlyElementsOfType(ClusterEffect.CallTrafficPlugin.class);
    assertThat(world.turn().effects()).isEmpty();
    assertThat(world.calls)
        .containsExactly(
            new RoutingCall.UpdateHash(
                world.revision(2).hash(), world.revision(1).hash(), List.of()),
            new RoutingCall.SetWeight(20, List.of()),
            new RoutingCall.VerifyWeight(20, List.of()));
  }

  @Test
  @DisplayName("R-133 R-155 a step waits until the plugin says that the weight is in force")
  void aStepWaitsForTheVerification() {
    World world = routed().settle();
    world.verified = false;
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();

    assertThat(world.status().currentStepIndex()).isZero();
    assertThat(world.status().canary().weights().verified()).isFalse();
    assertThat(world.decisions.get(world.decisions.size() - 1).wakeUp())
        .contains(world.now.plusSeconds(10));

    world.verified = true;
    world.pass(Duration.ofSeconds(10)).settle();
    assertThat(world.status().currentStepIndex()).isEqualTo(1);
    assertThat(world.status().canary().weights().verified()).isTrue();
  }

  @Test
  @DisplayName("T-008 T-904 after promotion the plugin is told that the canary has no weight")
  void afterPromotionThereIsNoWeight() {
    World world = updated(routed());
    world.calls.clear();
    world.patch(status -> status.promoteFull(true)).settle();
    world.pass(Duration.ofMinutes(1)).settle();

    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
    assertThat(world.calls)
        .contains(new RoutingCall.RemoveManagedRoutes(), new RoutingCall.SetWeight(0, List.of()));
    assertThat(world.status().canary().weights().canary().weight()).isZero();
  }
}
