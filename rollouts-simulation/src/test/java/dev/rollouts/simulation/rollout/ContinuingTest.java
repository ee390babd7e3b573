package dev.rollouts.simulation.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.cluster.ClusterState;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.cluster.VersionModel;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Simulations that go on from a cluster as it stands. */
class ContinuingTest {
  private static final int FORKS = Integer.getInteger("sim.forks", 300);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final String MANIFESTS =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: shop, namespace: test}
      spec:
        replicas: 5
        selector: {matchLabels: {app: shop}}
        template:
          metadata: {labels: {app: shop}}
          spec: {containers: [{name: web, image: "shop:1"}]}
        strategy:
          canary:
            steps: [{setWeight: 20}, {pause: {}}, {setWeight: 60}, {pause: {duration: 60s}}]
            analysis: {templates: [{templateName: errors}]}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: errors, namespace: test}
      spec:
        metrics:
        - name: errors
          interval: 30s
          failureLimit: 3
          failureCondition: result[0] > 0.05
          provider: {prometheus: {address: "http://prometheus:9090", query: errors}}
      """;

  private static RolloutSimulation quiet(double errors) {
    return RolloutManifests.parse("shop.yaml", MANIFESTS)
        .simulation(3)
        .checking(Checks.ALL)
        .cluster(
            it ->
                it.otherVersions(VersionModel.healthy())
                    .metric("errors", TrafficScript.of(Script.constant(errors))));
  }

  /** A state within an update, at its first pause, with some measurements taken. */
  private static RolloutRun paused(double errors) {
    RolloutRun run =
        quiet(errors).act(When.at(Duration.ofMinutes(5)), Act.setImage("web", "shop:2")).start();
    run.runFor(Duration.ofMinutes(7).toMillis());
    assertThat(run.cluster().rollout().statusOrEmpty().phase()).isEqualTo(RolloutPhase.PAUSED);
    return run;
  }

  private static RolloutSimulation from(RolloutRun run, double errors) {
    return quiet(errors).continuing(run.cluster().state(), START.plus(Duration.ofMinutes(7)));
  }

  @Test
  @DisplayName("a state is gone on from as it is: nothing happens to a rollout that waits")
  void waits() {
    RolloutTrace trace = from(paused(0.01), 0.01).run(HOUR);
    assertThat(trace.phase()).isEqualTo(RolloutPhase.PAUSED);
    assertThat(trace.status().currentStepIndex()).isEqualTo(1);
    RolloutTrace.Row first = trace.rows().get(0);
    assertThat(first.elapsed()).isZero();
    assertThat(first.share()).isEqualTo(0.2);
    assertThat(first.phase()).isEqualTo(RolloutPhase.PAUSED);
    assertThat(trace.rows()).allSatisfy(row -> assertThat(row.versions()).hasSize(2));
    assertThat(trace.end().sizes().values()).containsExactlyInAnyOrder("1/1", "4/4");
    assertThat(trace.outcome()).isEqualTo(Outcome.UNFINISHED);
  }

  @Test
  @DisplayName("a state that is gone on from ends where the one that was not left ends")
  void sameEnd() {
    RolloutTrace forked = from(paused(0.01), 0.01).act(When.waiting(), Act.promote()).run(HOUR);
    RolloutTrace whole =
        quiet(0.01)
            .act(When.at(Duration.ofMinutes(5)), Act.setImage("web", "shop:2"))
            .act(When.waiting().later(Duration.ofMinutes(1)), Act.promote())
            .run(HOUR);
    assertThat(forked.phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(forked.end().sizes()).isEqualTo(whole.end().sizes());
    assertThat(forked.status().stableRS()).isEqualTo(whole.status().stableRS());
    assertThat(forked.outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(from(paused(0.01), 0.01).act(When.at(Duration.ZERO), Act.abort()).run(HOUR))
        .satisfies(
            trace -> {
              assertThat(trace.outcome()).isEqualTo(Outcome.ABORTED);
              assertThat(trace.end().sizes().values()).contains("5/5");
            });
  }

  @Test
  @DisplayName(
      "analyses go on with what they have measured, and what was measured before is not told again")
  void analysisGoesOn() {
    RolloutRun run = paused(0.01);
    AnalysisRun before = run.cluster().state().analysisRuns().get(0);
    int measured = before.statusOrPending().metricResults().get(0).count();
    assertThat(measured).isGreaterThanOrEqualTo(2);
    RolloutTrace trace = from(run, 0.2).run(HOUR);
    assertThat(trace.outcome()).isEqualTo(Outcome.ABORTED);
    RolloutTrace.Run after = trace.runs().get(0);
    assertThat(after.name()).isEqualTo(before.metadata().name());
    assertThat(after.changes().get(0).status()).isEqualTo(before.statusOrPending());
    var result = after.changes().get(after.changes().size() - 1).status().metricResults().get(0);
    assertThat(result.successful()).isEqualTo(measured);
    assertThat(result.failed()).isEqualTo(4);
    assertThat(trace.updates().get(0).decidedAt()).isLessThan(Duration.ofMinutes(3));
  }

  @Test
  @DisplayName("pods that have not become ready for minutes stay as they are")
  void stuckPods() {
    RolloutRun run =
        quiet(0.01)
            .cluster(it -> it.version("shop:2", VersionModel.healthy().neverReady(1)))
            .act(When.at(Duration.ofMinutes(1)), Act.setImage("web", "shop:2"))
            .start();
    run.runFor(Duration.ofMinutes(8).toMillis());
    RolloutTrace trace =
        quiet(0.01).continuing(run.cluster().state(), START.plus(Duration.ofMinutes(8))).run(HOUR);
    assertThat(trace.phase()).isEqualTo(RolloutPhase.DEGRADED);
    assertThat(trace.status().message()).contains("ProgressDeadlineExceeded");
  }

  @Test
  @DisplayName("only an empty cluster can go on from another one")
  void onlyOnce() {
    RolloutRun run = paused(0.01);
    ClusterState state = run.cluster().state();
    assertThatThrownBy(() -> run.cluster().adopt(state))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("shop");
  }

  @Test
  @Tag("sim")
  @DisplayName("every invariant holds from whatever moment of a history one goes on")
  void everyMoment() {
    Map<RolloutPhase, Integer> ends = new EnumMap<>(RolloutPhase.class);
    for (int seed = 0; seed < FORKS; seed++) {
      RolloutSimulation simulation =
          History.of(seed).simulation(History.engine()::decide).recorded(false);
      RolloutRun run = simulation.start();
      long cut = 1_000 + new SplittableRandom(seed).nextLong(HOUR.toMillis());
      while (run.time().step(cut)) {
        // Not to the end, so that nothing is asked of it.
      }
      RolloutTrace trace =
          RolloutSimulation.of(run.cluster().rollout(), seed)
              .cluster(it -> simulation.clusterSettings())
              .continuing(run.cluster().state(), run.cluster().now())
              .decidedBy(History.engine()::decide)
              .checking(Checks.ALL)
              .foreign(simulation.foreign())
              .recorded(true)
              .replayedBy("go on from history %d after %d ms".formatted(seed, cut))
              .run(HOUR);
      if (trace.phase() != null) {
        ends.merge(trace.phase(), 1, Integer::sum);
      }
    }
    assertThat(ends.getOrDefault(RolloutPhase.HEALTHY, 0)).isGreaterThan(FORKS / 3);
    assertThat(ends.getOrDefault(RolloutPhase.DEGRADED, 0)).isGreaterThan(FORKS / 20);
    assertThat(ends.getOrDefault(RolloutPhase.PAUSED, 0)).isPositive();
  }
}
