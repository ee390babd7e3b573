package dev.rollouts.simulation;

import static dev.rollouts.api.analysis.AnalysisPhase.ERROR;
import static dev.rollouts.api.analysis.AnalysisPhase.FAILED;
import static dev.rollouts.api.analysis.AnalysisPhase.INCONCLUSIVE;
import static dev.rollouts.api.analysis.AnalysisPhase.RUNNING;
import static dev.rollouts.api.analysis.AnalysisPhase.SUCCESSFUL;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.analysis.TtlStrategy;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.codec.Json;
import dev.rollouts.engine.analysis.AnalysisEffect;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
  private static Metric.Builder metric(String name) {
    return Metric.named(name).provider(PrometheusQuery.of("http://prometheus:9090", "up"));
  }

  private static AnalysisSpec everyMinute(int count) {
    return AnalysisSpec.of(metric("a").interval(ofMinutes(1)).count(count).build());
  }

  private static final Script GOOD = Script.verdict(SUCCESSFUL);
  private static final Script BAD = Script.verdict(FAILED);

  @Test
  void aSteadyBackEndGivesASteadyTimeline() {
    Trace trace = Simulation.of(everyMinute(3), 1).provider(GOOD).run(ofHours(1));
    assertThat(trace.phase()).isEqualTo(SUCCESSFUL);
    assertThat(trace.timeToVerdict().map(Duration::toSeconds)).contains(120L);
    assertThat(trace.points()).extracting(Trace.Point::attempt).containsExactly(1, 2, 3);
    assertThat(trace.timeline())
        .isEqualTo(
            """
              0:00:00  run  Running
              0:00:00  a    #1 Successful
              0:01:00  a    #2 Successful
              0:02:00  a    #3 Successful
              0:02:00  a    -> Successful (A-065: count 3, wanted 3, consecutiveSuccessLimit 0)
              0:02:00  run  Successful (A-083: metric a)
            """);
  }

  @Test
  @DisplayName("A-048 the worked timeline: each call takes 2 s, the second one is an error")
  void theWorkedTimeline() {
    AnalysisSpec spec =
        AnalysisSpec.of(
            metric("a").initialDelay(ofSeconds(30)).interval(ofMinutes(1)).count(3).build());
    Script script =
        GOOD.during(ofSeconds(60), ofSeconds(100), Script.error("boom")).withLatency(ofSeconds(2));
    Trace trace = Simulation.of(spec, 1).provider(script).run(ofHours(1));
    assertThat(trace.points())
        .extracting(point -> point.elapsed().toSeconds())
        .containsExactly(32L, 94L, 106L, 168L);
    assertThat(trace.status().startedAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(trace.result("a"))
        .hasValueSatisfying(
            result -> {
              assertThat(result.count()).isEqualTo(3);
              assertThat(result.error()).isEqualTo(1);
              assertThat(result.measurements()).hasSize(4);
            });
  }

  @Test
  @DisplayName("S-01 a metric that fails stops its endless sibling")
  void aFailureStopsTheSibling() {
    AnalysisSpec spec =
        AnalysisSpec.of(metric("a").build(), metric("b").interval(ofSeconds(10)).build());
    Trace trace = Simulation.of(spec, 1).metric("a", BAD).metric("b", GOOD).run(ofHours(1));
    assertThat(trace.phase()).isEqualTo(FAILED);
    assertThat(trace.message())
        .isEqualTo("Metric \"a\" assessed Failed due to failed (1) > failureLimit (0)");
    assertThat(trace.result("b").map(result -> result.phase())).contains(SUCCESSFUL);
  }

  @Test
  @DisplayName("S-11 terminate while waiting for the interval")
  void terminationWhileWaiting() {
    Trace trace =
        Simulation.of(everyMinute(0), 1)
            .provider(GOOD)
            .terminatedAfter(ofSeconds(90))
            .run(ofHours(1));
    assertThat(trace.phase()).isEqualTo(SUCCESSFUL);
    assertThat(trace.message()).isEqualTo("Run Terminated");
    assertThat(trace.timeToVerdict()).contains(ofSeconds(90));
    assertThat(trace.points()).hasSize(2);
  }

  @Test
  void anAnswerInProgressIsLookedAtAgainWhenItSaysSo() {
    Trace trace =
        Simulation.of(AnalysisSpec.of(metric("a").build()), 1)
            .provider(BAD.inProgressFor(ofMinutes(7)))
            .run(ofHours(1));
    assertThat(trace.phase()).isEqualTo(FAILED);
    assertThat(trace.timeToVerdict()).contains(ofMinutes(7));
    assertThat(trace.timeline()).contains("#1 in progress");
  }

  @Test
  void anEndlessRunIsStillRunningWhenTheTimeIsUp() {
    Trace trace = Simulation.of(everyMinute(0), 1).provider(GOOD).run(ofHours(2));
    assertThat(trace.phase()).isEqualTo(RUNNING);
    assertThat(trace.timeToVerdict()).isEmpty();
    assertThat(trace.length()).isEqualTo(ofHours(2));
    assertThat(trace.chances()).containsKey(Invariant.ENDS_WHEN_TOLD);
  }

  @Test
  @DisplayName("A-181 a completed run is deleted once its time to live is over")
  void aCompletedRunIsDeleted() {
    AnalysisSpec spec = everyMinute(1);
    AnalysisSpec mortal =
        new AnalysisSpec(
            spec.metrics(),
            List.of(),
            false,
            List.of(),
            List.of(),
            new TtlStrategy(60, null, null));
    Trace trace = Simulation.of(mortal, 1).provider(GOOD).run(ofHours(1));
    Turn last = trace.turns().get(trace.turns().size() - 1);
    assertThat(last.elapsed()).isEqualTo(ofSeconds(61));
    assertThat(last.decision().effects()).containsExactly(new AnalysisEffect.DeleteRun());
  }

  @Test
  void aSavedRunGoesOnWhereItWas() {
    Trace first = Simulation.of(everyMinute(5), 1).provider(GOOD).run(ofSeconds(130));
    assertThat(first.points()).hasSize(3);
    AnalysisRun run = new AnalysisRun(ObjectMeta.named("r"), first.spec(), first.status());
    Trace second = Simulation.of(run, 1).provider(GOOD).run(ofHours(1));
    assertThat(second.phase()).isEqualTo(SUCCESSFUL);
    assertThat(second.points()).extracting(Trace.Point::attempt).containsExactly(4, 5);
    assertThat(second.points().get(0).elapsed().toSeconds()).isEqualTo(59);
  }

  @Test
  void scriptsSeeResolvedMetricsAndArguments() {
    AnalysisTemplateSpec template =
        AnalysisTemplateSpec.of(
                Metric.named("a")
                    .provider(PrometheusQuery.of("http://p:9090", "up{app=\"{{args.app}}\"}"))
                    .build())
            .withArgs(List.of(Argument.required("app"), Argument.fromSecret("token", "s", "k")));
    Trace trace =
        Simulation.of(template, 1)
            .arg("app", "shop")
            .provider(
                Script.answering(
                    question -> {
                      assertThat(question.args())
                          .containsExactly(
                              Map.entry("app", "shop"), Map.entry("token", "temp-for-secret"));
                      assertThat(((PrometheusQuery) question.metric().provider().only()).query())
                          .isEqualTo("up{app=\"shop\"}");
                      return Reply.of(Observation.verdict(INCONCLUSIVE));
                    }))
            .run(ofMinutes(1));
    assertThat(trace.phase()).isEqualTo(INCONCLUSIVE);
  }

  @Test
  void theSameSeedGivesTheSameTraceAndAnotherOneAnother() {
    Simulation simulation = RandomAnalyses.simulation(3).swarm(Fault.values());
    String trace = simulation.run(ofHours(1)).toJson();
    assertThat(RandomAnalyses.simulation(3).swarm(Fault.values()).run(ofHours(1)).toJson())
        .isEqualTo(trace);
    assertThat(simulation.withSeed(4).run(ofHours(1)).toJson()).isNotEqualTo(trace);
  }

  @ParameterizedTest
  @EnumSource
  void everyFaultShowsInTheTimelineAndNoneInTheLastQuarter(Fault fault) {
    AnalysisSpec spec =
        AnalysisSpec.of(
            metric("a").interval(ofMinutes(1)).build(), metric("b").interval(ofMinutes(1)).build());
    boolean seen = false;
    for (long seed = 0; seed < 10; seed++) {
      Trace trace = Simulation.of(spec, seed).provider(GOOD).swarm(fault).run(ofHours(4));
      List<Trace.Row> faults =
          trace.rows().stream().filter(row -> row.subject().equals("fault")).toList();
      seen |= !faults.isEmpty();
      // What a fault in the third quarter sends on its way may arrive in the last one.
      assertThat(faults).allSatisfy(row -> assertThat(row.elapsed()).isLessThan(ofMinutes(195)));
    }
    assertThat(seen).isTrue();
  }

  @Test
  void withoutFaultsThereIsNoneInTheTimeline() {
    assertThat(Simulation.of(everyMinute(9), 1).provider(GOOD).run(ofHours(1)).timeline())
        .doesNotContain("fault");
  }

  @Test
  void fiveTimeOutsInARowAreAnHonestError() {
    Trace trace =
        Simulation.of(everyMinute(0), 1).provider(Script.error("no answer")).run(ofHours(1));
    assertThat(trace.phase()).isEqualTo(ERROR);
    assertThat(trace.reasons()).extracting(reason -> reason.rule()).contains("A-063");
    assertThat(trace.message())
        .isEqualTo(
            "Metric \"a\" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): \"Error Message: no answer\"");
  }

  @Test
  void theTraceIsJson() {
    Trace trace = Simulation.of(everyMinute(2), 5).provider(Script.nan()).run(ofHours(1));
    assertThat(Json.read("trace", trace.toJson()))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("phase", "Successful")
        .containsKeys("status", "measurements", "turns", "checks");
    assertThat(trace.toJson()).contains("\"number\": \"NaN\"");
  }

  @Test
  void longTimelinesLeaveOutTheMiddle() {
    Trace trace = Simulation.of(everyMinute(0), 1).provider(GOOD).run(ofHours(24));
    assertThat(trace.rows()).hasSizeGreaterThan(1_400);
    assertThat(trace.timeline().lines().count()).isEqualTo(151);
    assertThat(trace.timeline()).contains("lines left out");
  }

  @Test
  void aMissingScriptOrArgumentIsNamedWithItsRemedy() {
    assertThatThrownBy(() -> Simulation.of(everyMinute(1), 1).run(ofHours(1)))
        .hasMessage(
            "metric \"a\" has no script; add .metric(\"a\", …), or .provider(…) for all metrics");
    assertThatThrownBy(() -> Simulation.of(everyMinute(1), 1).metric("b", GOOD).run(ofHours(1)))
        .hasMessage("there is a script for metric \"b\", which the spec does not have; it has [a]");
    AnalysisTemplateSpec template =
        AnalysisTemplateSpec.of(metric("a").build()).withArgs(List.of(Argument.required("app")));
    assertThatThrownBy(() -> Simulation.of(template, 1).provider(GOOD).run(ofHours(1)))
        .hasMessage("argument \"app\" has no value; add .arg(\"app\", …)");
    AnalysisTemplateSpec nested =
        new AnalysisTemplateSpec(
            List.of(), List.of(), List.of(), List.of(), List.of(new TemplateRef("x", false)));
    assertThatThrownBy(() -> Simulation.of(nested, 1)).hasMessageContaining("other templates");
    assertThatThrownBy(() -> Simulation.of(everyMinute(1), 1).provider(GOOD).run(Duration.ZERO))
        .hasMessageContaining("positive");
  }

  @Test
  void aScriptThatStopsTimeIsNamedInsteadOfHangingTheTest() {
    Simulation endless =
        Simulation.of(everyMinute(1), 1)
            .provider(Script.always(Observation.inProgress(Map.of(), null)));
    assertThatThrownBy(() -> endless.run(ofHours(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("time stands still")
        .hasMessageContaining("resumeAt");
  }

  @Test
  void monteCarloCountsVerdictsAndTimes() {
    Simulation simulation =
        Simulation.of(
                AnalysisSpec.of(
                    metric("a").interval(ofMinutes(1)).count(10).failureLimit(0).build()),
                1_000)
            .provider(GOOD.sometimes(0.1, BAD));
    MonteCarlo odds = MonteCarlo.run(simulation, 2_000, ofHours(1));
    // Ten measurements, each good nine times of ten.
    double expected = Math.pow(0.9, 10);
    MonteCarlo.Share good = odds.share(SUCCESSFUL);
    assertThat(expected).isBetween(good.low(), good.high());
    assertThat(good.share() + odds.share(FAILED).share()).isEqualTo(1);
    assertThat(odds.outcomes()).extracting(MonteCarlo.Outcome::seed).startsWith(1_000L, 1_001L);
    MonteCarlo.Times times = odds.times().orElseThrow();
    assertThat(times.min()).isEqualTo(Duration.ZERO);
    assertThat(times.max().toSeconds()).isEqualTo(540);
    assertThat(times.p50()).isBetween(ofMinutes(4), ofMinutes(7));
    assertThat(times.histogram().stream().mapToInt(MonteCarlo.Bar::count).sum()).isEqualTo(2_000);
    assertThat(MonteCarlo.run(simulation, 2_000, ofHours(1))).hasToString(odds.toString());
    assertThat(odds.example(FAILED).map(seed -> simulation.withSeed(seed).run(ofHours(1)).phase()))
        .contains(FAILED);
    assertThat(odds.times(ERROR)).isEmpty();
  }

  @Test
  void theIntervalAfterWilsonIsRightAtTheEdges() {
    assertThat(MonteCarlo.Share.of(0, 10).low()).isZero();
    assertThat(MonteCarlo.Share.of(0, 10).high()).isEqualTo(0.2775, Offset.offset(1e-4));
    assertThat(MonteCarlo.Share.of(10, 10).high()).isEqualTo(1);
    assertThat(MonteCarlo.Share.of(5, 10).low()).isEqualTo(0.2366, Offset.offset(1e-4));
  }

  @Test
  void monteCarloReportsTheLowestSeedThatBreaksAnInvariant() {
    Simulation broken =
        Simulation.of(everyMinute(1), 7)
            .provider(GOOD)
            .decidedBy(PlantedBug.KEEPS_FRACTIONS_OF_SECONDS);
    assertThatThrownBy(() -> MonteCarlo.run(broken, 100, ofHours(1)))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageContaining("seed 7;");
  }

  @Test
  void everyInvariantHasAPromiseOfItsOwn() {
    assertThat(
            List.of(Invariant.values()).stream()
                .map(Invariant::promise)
                .collect(Collectors.toSet()))
        .hasSameSizeAs(Invariant.values());
  }
}
