package dev.rollouts.simulation.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.cluster.TrafficScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What random histories once found, in the smallest set-up that shows it. */
class RolloutRegressionsTest {
  private static final Duration LENGTH = Duration.ofHours(2);
  private static final Act UPDATE = Act.setImage("web", "shop:2");

  private static RolloutSimulation routed(int replicas, String canary) {
    List<JsonObject> objects = new ArrayList<>(Rollouts.services("shop-stable", "shop-canary"));
    objects.add(Corpus.virtualService());
    return RolloutSimulation.of(
            Rollouts.rollout(
                replicas,
                """
                canary:
                  stableService: shop-stable
                  canaryService: shop-canary
                  trafficRouting: {istio: {virtualService: {name: shop}}}
                """
                    + canary.indent(2)),
            1)
        .objects(objects)
        .checking(Checks.ALL);
  }

  private static RolloutSimulation checkedBy(RolloutSimulation simulation, Script script) {
    Metric metric =
        Metric.named("check")
            .interval(Duration.ofSeconds(10))
            .count(1)
            .successCondition("result[0] >= 0.95")
            .failureCondition("result[0] < 0.5")
            .provider(PrometheusQuery.of("http://prometheus", "up"))
            .build();
    return simulation.cluster(
        it ->
            it.template(new TemplateRef("check", false), AnalysisTemplateSpec.of(metric))
                .otherMetrics(TrafficScript.of(script)));
  }

  @Test
  @DisplayName("R-420 a restart asked for within the second waits for the next one, and no less")
  void restartWithinTheSecond() {
    RolloutTrace trace =
        RolloutSimulation.of(Rollouts.rollout(2, "canary: {}"), 1)
            .checking(Checks.ALL)
            .act(When.healthy().later(Duration.ofMillis(604)), Act.restart())
            .run(LENGTH);
    assertThat(trace.phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(trace.status().restartedAt()).isNotNull();
  }

  @Test
  @DisplayName("R-105 stable keeps its pods until a router was seen to send less (pain 23)")
  void dynamicStableBeforeAnyWeightIsRecorded() {
    RolloutTrace trace =
        routed(2, "dynamicStableScale: true")
            .faults(List.of(new PlannedFault(ClusterFault.RESTART, 11_000, 30_000)))
            .act(When.at(Duration.ofSeconds(30)), UPDATE)
            .run(LENGTH);
    assertThat(trace.phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(trace.rows())
        .filteredOn(row -> row.elapsed().toSeconds() > 30)
        .allSatisfy(row -> assertThat(row.lost()).isZero());
  }

  @Test
  @DisplayName(
      "R-106 R-232 an abort that keeps the canary's pods still takes its traffic (pain 13)")
  void dynamicAbortThatKeepsTheCanary() {
    RolloutTrace trace =
        routed(
                8,
                """
                dynamicStableScale: true
                abortScaleDownDelaySeconds: 0
                steps:
                - setWeight: 18
                - setWeight: 29
                - pause: {}
                """)
            .act(When.healthy(), UPDATE)
            .act(When.paused(), Act.abort())
            .run(LENGTH);
    assertThat(trace.end().shares())
        .containsExactly(java.util.Map.entry(trace.status().stableRS(), 1000L));
  }

  @Test
  @DisplayName("R-125 a smaller weight is in force before the pods for the larger one go")
  void fallingWeight() {
    RolloutTrace trace =
        routed(
                8,
                """
                maxUnavailable: 1
                steps:
                - setWeight: 45
                - setWeight: 24
                - pause: {duration: 5}
                """)
            .act(When.healthy(), UPDATE)
            .run(LENGTH);
    assertThat(trace.phase()).isEqualTo(RolloutPhase.HEALTHY);
  }

  @Test
  @DisplayName("R-129 R-140 the canary Service waits while it carries an earlier canary's weight")
  void supersededWhileStableIsMissingPods() {
    RolloutTrace trace =
        routed(3, "steps: [{setWeight: 77}, {pause: {}}]")
            .act(When.healthy(), UPDATE)
            .act(When.paused(), Act.deleteStablePod())
            .act(When.paused().later(Duration.ofMillis(300)), Act.setImage("web", "shop:3"))
            .run(LENGTH);
    assertThat(trace.phase()).isEqualTo(RolloutPhase.PAUSED);
  }

  @Test
  @DisplayName("R-346 R-352 a resume after an Inconclusive run asks for one more run")
  void oneRunPerResume() {
    RolloutTrace trace =
        checkedBy(
                RolloutSimulation.of(
                        Rollouts.rollout(
                            1,
                            """
                            blueGreen:
                              activeService: a
                              autoPromotionEnabled: false
                              prePromotionAnalysis: {templates: [{templateName: check}]}
                            """),
                        1)
                    .objects(Rollouts.services("a"))
                    .checking(Checks.ALL),
                Script.constant(0.7))
            .act(When.healthy(), UPDATE)
            .act(When.paused().later(Duration.ofMinutes(1)), Act.promote())
            .run(LENGTH);
    assertThat(trace.phase()).isEqualTo(RolloutPhase.PAUSED);
    assertThat(trace.rows())
        .flatExtracting(RolloutTrace.Row::happenings)
        .extracting(RolloutTrace.Happening::text)
        .filteredOn(text -> text.startsWith("create AnalysisRun"))
        .hasSize(2);
  }

  @Test
  @DisplayName("R-388 the deadline of a version that has no pods left does not stop the clock")
  void deadlineAfterAnAbortedVersion() {
    RolloutTrace trace =
        routed(
                1,
                """
                replicaProgressThreshold: {type: Pod, value: 27}
                steps: [{setWeight: 30}]
                """)
            .act(When.healthy(), UPDATE)
            .act(When.step(0).later(Duration.ofMinutes(1)), Act.abort())
            .act(When.degraded().later(Duration.ofMinutes(3)), Act.setImage("web", "shop:3"))
            .run(LENGTH);
    assertThat(trace.status().message()).startsWith("ProgressDeadlineExceeded");
  }
}
