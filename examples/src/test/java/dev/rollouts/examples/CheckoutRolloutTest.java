package dev.rollouts.examples;

import static dev.rollouts.simulation.Script.constant;
import static dev.rollouts.testing.RolloutsAssertions.assertThat;
import static dev.rollouts.testing.RolloutsAssertions.atMost;
import static dev.rollouts.testing.RolloutsAssertions.risesTo;
import static dev.rollouts.testing.RolloutsAssertions.weight;
import static java.util.concurrent.TimeUnit.MINUTES;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.simulation.cluster.VersionModel;
import dev.rollouts.simulation.rollout.Act;
import dev.rollouts.simulation.rollout.RolloutManifests;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import dev.rollouts.simulation.rollout.When;
import dev.rollouts.testing.Manifests;
import dev.rollouts.testing.Seed;
import dev.rollouts.testing.SeededTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a service team writes about its Rollout before it ships. */
class CheckoutRolloutTest {
  // tag::rollout[]
  @Test
  void aBadReleaseIsAbortedInTime(@Manifests("/checkout.yaml") RolloutSimulation rollout) {
    assertThat(rollout)
        .whenMetric("error-rate", risesTo(0.08))
        .abortsBefore(weight(40))
        .neverBelowReady(8);
  }

  // end::rollout[]

  @Test
  void aGoodReleaseIsThroughWithinTenMinutes(
      @Manifests("/checkout.yaml") RolloutSimulation rollout) {
    assertThat(rollout).promotesAfter(atMost(10, MINUTES)).neverBelowReady(8).failsAtMost(0);
  }

  @Test
  void aReleaseThatTurnsBadAtFortyPercentIsAborted(
      @Manifests("/checkout.yaml") RolloutSimulation rollout) {
    assertThat(rollout)
        .whenMetric("error-rate", risesTo(0.08).at(weight(40)))
        .aborts()
        .neverBelowReady(8);
  }

  // tag::seeds[]
  @SeededTest(50)
  void podsThatStartSlowlyCostNobodyAnything(
      @Manifests("/checkout.yaml") RolloutManifests manifests, @Seed long seed) {
    VersionModel slow =
        VersionModel.healthy().readyIn(Duration.ofSeconds(5), Duration.ofSeconds(90));
    assertThat(
            manifests
                .simulation(seed)
                .scenario(manifests.release("web", "registry.example/checkout:2.0.0")))
        .whenVersion("registry.example/checkout:2.0.0", slow)
        .whenMetric("error-rate", constant(0.01).withNoise(0.005))
        .promotes()
        .neverBelowReady(8)
        .failsAtMost(0);
  }

  // end::seeds[]

  @Test
  void anAbortByHandGivesTheTrafficBack(@Manifests("/checkout.yaml") RolloutSimulation rollout) {
    assertThat(rollout)
        .when(When.weight(20), Act.abort())
        .abortsBefore(weight(40))
        .endsAs(RolloutPhase.DEGRADED)
        .neverBelowReady(8);
  }
}
