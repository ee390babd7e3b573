package dev.rollouts.testing;

import static dev.rollouts.testing.RolloutsAssertions.assertThat;
import static dev.rollouts.testing.RolloutsAssertions.atMost;
import static dev.rollouts.testing.RolloutsAssertions.fallsTo;
import static dev.rollouts.testing.RolloutsAssertions.moreThan;
import static dev.rollouts.testing.RolloutsAssertions.risesTo;
import static dev.rollouts.testing.RolloutsAssertions.weight;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.cluster.VersionModel;
import dev.rollouts.simulation.rollout.Act;
import dev.rollouts.simulation.rollout.RolloutManifests;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import dev.rollouts.simulation.rollout.When;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RolloutAssertTest {
  @Test
  void aHealthyReleaseIsPromoted(@Manifests("shop.yaml") RolloutSimulation rollout) {
    assertThat(rollout)
        .promotes()
        .promotesAfter(moreThan(4, MINUTES).and(atMost(6, MINUTES)))
        .endsAs(RolloutPhase.HEALTHY)
        .neverBelowReady(4)
        .exposesAtMost(20_000)
        .failsAtMost(0);
  }

  @Test
  void aBadOneIsAborted(@Manifests("shop.yaml") RolloutSimulation rollout) {
    assertThat(rollout)
        .whenMetric("errors", risesTo(0.5))
        .aborts()
        .abortsBefore(weight(50))
        .abortsAfter(atMost(2, MINUTES))
        .endsAs(RolloutPhase.DEGRADED)
        .neverBelowReady(4);
  }

  @Test
  void aMetricMayTurnBadLater(@Manifests("shop.yaml") RolloutSimulation rollout) {
    assertThat(rollout)
        .whenMetric("errors", risesTo(0.5).at(weight(50)))
        .abortsAfter(moreThan(2, MINUTES));
    assertThat(rollout)
        .whenMetric("errors", risesTo(0.5).after(Duration.ofMinutes(1)))
        .abortsBefore(weight(50));
    assertThat(rollout).whenMetric("errors", fallsTo(0.01)).promotes();
    assertThat(rollout).whenMetric("errors", Script.constant(0.5)).abortsBefore(weight(50));
  }

  @Test
  void versionsAndPeopleAreCircumstancesToo(@Manifests("shop.yaml") RolloutSimulation rollout) {
    assertThat(rollout)
        .whenVersion("shop:next", VersionModel.healthy().failing(0.1))
        .promotes()
        .exposesAtMost(20_000);
    assertThat(rollout).when(When.weight(25), Act.abort()).aborts();
    assertThat(rollout.withSeed(5)).within(Duration.ofMinutes(2)).endsAs(RolloutPhase.PAUSED);
  }

  @Test
  void manifestsLeaveTheCourseOfEventsToTheTest(
      @Manifests("shop.yaml") RolloutManifests manifests, @Seed long seed) {
    assertThat(manifests.madeUp())
        .containsExactlyInAnyOrder("Service shop", "Service shop-canary", "VirtualService shop");
    assertThat(
            manifests
                .simulation(seed)
                .act(When.healthy(), Act.setImage("web", "shop:2"))
                .act(When.weight(25), Act.undo(0)))
        .endsAs(RolloutPhase.HEALTHY);
  }

  private static void fails(ThrowingCallable assertion, String... parts) {
    assertThatThrownBy(assertion)
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(parts)
        .hasMessageContaining("set image web=shop:next")
        .hasMessageContaining("Seed 1; to replay: -Drollouts.seed=1 -Dtest=RolloutAssertTest#");
  }

  @Test
  void failuresSayWhatWasExpectedAndShowTheTimeline(
      @Manifests("shop.yaml") RolloutSimulation rollout) {
    fails(
        () -> assertThat(rollout).aborts(),
        "Expected the last update to be aborted,",
        "but it is promoted, and Healthy.");
    fails(
        () -> assertThat(rollout).whenMetric("errors", risesTo(0.5)).promotes(),
        "Expected the last update to be promoted when metric \"errors\" rises to 0.5,",
        "but it is aborted, and Degraded: RolloutAborted");
    fails(
        () -> assertThat(rollout).whenMetric("errors", risesTo(0.5)).abortsBefore(weight(20)),
        "Expected the update to be aborted before weight 20 when",
        "but it got 25 % of the requests first.");
    fails(() -> assertThat(rollout).promotesAfter(atMost(1, MINUTES)), "the verdict after at most");
    fails(
        () -> assertThat(rollout).endsAs(RolloutPhase.PAUSED),
        "Expected the rollout to be Paused at the end,");
    fails(() -> assertThat(rollout).neverBelowReady(50), "but there were never so many.");
    fails(() -> assertThat(rollout).exposesAtMost(10), "10 requests at most", "but they got ");
    fails(
        () ->
            assertThat(rollout)
                .whenVersion("shop:next", VersionModel.healthy().failing(0.5))
                .failsAtMost(10),
        "Expected 10 requests at most to fail when version shop:next,");
    fails(
        () -> assertThat(rollout).when(When.weight(50), Act.deleteStablePod()).neverBelowReady(6),
        "never fewer than 6 ready pods",
        "but there were 5 after");
  }

  /** What a user may get wrong. */
  static class Mistaken {
    @Test
    void missing(@Manifests("nowhere.yaml") RolloutSimulation rollout) {}

    @Test
    void withoutRollout(@Manifests("error-rate.yaml") RolloutSimulation rollout) {}

    @Test
    void ofAnotherName(@Manifests(value = "shop.yaml", rollout = "cart") RolloutSimulation it) {}

    @Test
    void ofAnotherType(@Manifests("shop.yaml") String text) {}
  }

  @Test
  void mistakesAreNamedWithTheirRemedy() {
    assertThat(Launched.tests(Mistaken.class, Map.of()).values().toString())
        .contains("@Manifests(\"nowhere.yaml\"): no such file on the class path")
        .contains("there is no Rollout")
        .contains("there is no Rollout named cart; there is: shop")
        .contains("@Manifests is for a RolloutSimulation or for RolloutManifests, not for");
  }
}
