package dev.rollouts.engine.analysis;

import static dev.rollouts.api.analysis.AnalysisPhase.ERROR;
import static dev.rollouts.api.analysis.AnalysisPhase.FAILED;
import static dev.rollouts.api.analysis.AnalysisPhase.INCONCLUSIVE;
import static dev.rollouts.api.analysis.AnalysisPhase.RUNNING;
import static dev.rollouts.api.analysis.AnalysisPhase.SUCCESSFUL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.RunSummary;
import dev.rollouts.api.analysis.TtlStrategy;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.engine.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The scenarios of docs/spec/analysis.md. */
class AnalysisScenarioTest {
  private static final Duration DAY = Duration.ofDays(1);

  private static Metric.Builder metric(String name) {
    return Metric.named(name).provider(WebRequest.get("http://metrics.test/" + name));
  }

  private static Metric.Builder endless(String name) {
    return metric(name).interval(Duration.ofSeconds(10));
  }

  @Test
  @DisplayName("S-01 A-080 A-088 a failed metric ends its siblings and the run in the next turn")
  void aFailedMetricEndsTheRunInTheNextTurn() {
    Runs run = Runs.of(AnalysisSpec.of(metric("a").build(), endless("b").build())).decide();
    run.decide(run.answerTo("a", Runs.outcome('f')), run.answerTo("b", Runs.outcome('s')));
    assertThat(run.result("a").phase()).isEqualTo(FAILED);
    assertThat(run.status().phase()).isEqualTo(RUNNING);
    assertThat(run.status().message()).isEmpty();
    assertThat(run.last().wakeUp()).contains(run.now());

    run.decide();
    assertThat(run.result("b").phase()).isEqualTo(SUCCESSFUL);
    assertThat(run.status().phase()).isEqualTo(FAILED);
    assertThat(run.status().message())
        .isEqualTo("Metric \"a\" assessed Failed due to failed (1) > failureLimit (0)");
    assertThat(run.status().runSummary()).isEqualTo(new RunSummary(2, 1, 1, 0, 0));
    assertThat(run.events())
        .extracting(Event::message)
        .containsExactly(
            "Metric 'a' Completed. Result: Failed",
            "Metric 'b' Completed. Result: Successful",
            "Analysis Completed. Result: Failed");
  }

  @Test
  @DisplayName("S-02 A-142 A-144 the failure of a dry-run metric is told and does not count")
  void aDryRunFailureDoesNotCount() {
    AnalysisSpec spec =
        AnalysisSpec.builder()
            .metric(metric("a").build())
            .metric(metric("b").build())
            .dryRun("a")
            .build();
    Runs run = Runs.of(spec).play(Map.of("a", "f", "b", "s"), DAY);
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
    assertThat(run.status().message()).isEmpty();
    assertThat(run.result("a").phase()).isEqualTo(FAILED);
    assertThat(run.result("a").dryRun()).isTrue();
    assertThat(run.result("a").message())
        .isEqualTo("Metric assessed Failed due to failed (1) > failureLimit (0)");
    assertThat(run.status().dryRunSummary()).isEqualTo(new RunSummary(1, 0, 1, 0, 0));
    assertThat(run.status().runSummary()).isEqualTo(new RunSummary(1, 1, 0, 0, 0));
  }

  @Test
  @DisplayName("S-03 A-085 an endless dry-run metric keeps the run going")
  void anEndlessDryRunMetricKeepsTheRunGoing() {
    AnalysisSpec spec =
        AnalysisSpec.builder()
            .metric(endless("a").build())
            .metric(metric("b").build())
            .dryRun("a")
            .build();
    Runs run = Runs.of(spec).play(Map.of("a", "s", "b", "s"), Duration.ofHours(1));
    assertThat(run.status().phase()).isEqualTo(RUNNING);
    assertThat(run.result("b").phase()).isEqualTo(SUCCESSFUL);
    assertThat(run.result("a").count()).isGreaterThan(300);
  }

  @Test
  @DisplayName("S-04 A-172 a measurement in flight is stopped before the run ends")
  void aMeasurementInFlightIsStoppedFirst() {
    Runs run = Runs.of(AnalysisSpec.of(endless("a").build(), metric("j").build())).decide();
    run.decide(
        run.answerTo("a", Runs.outcome('f')),
        run.answerTo(
            "j", Observation.inProgress(Map.of("job-name", "j.1"), Runs.START.plusSeconds(60))));
    assertThat(run.result("j").isInFlight()).isTrue();
    run.decide();
    assertThat(run.effectOn("j")).isInstanceOf(AnalysisEffect.Terminate.class);
    assertThat(run.status().phase()).isEqualTo(RUNNING);
    run.answer("j", Observation.verdict(INCONCLUSIVE));
    assertThat(run.result("j").lastMeasurement().message()).isEqualTo("Metric Terminated");
    assertThat(run.result("j").phase()).isEqualTo(INCONCLUSIVE);
    assertThat(run.status().phase()).isEqualTo(FAILED);
    assertThat(run.status().runSummary()).isEqualTo(new RunSummary(2, 0, 1, 1, 0));
  }

  @Test
  @DisplayName("S-05 A-086 a metric that never started leaves no entry")
  void aMetricThatNeverStartedLeavesNoEntry() {
    Runs run =
        Runs.of(
                AnalysisSpec.of(
                    metric("a").build(), metric("b").initialDelay(Duration.ofMinutes(5)).build()))
            .play(Map.of("a", "f", "b", "s"), DAY);
    assertThat(run.status().phase()).isEqualTo(FAILED);
    assertThat(run.status().result("b")).isEmpty();
    assertThat(run.status().runSummary()).isEqualTo(new RunSummary(2, 0, 1, 0, 0));
  }

  @Test
  @DisplayName("S-06 A-160 ten measurements are kept, all are counted")
  void tenMeasurementsAreKept() {
    Runs run = Runs.of(AnalysisSpec.of(endless("a").count(12).build())).play(Map.of("a", "s"), DAY);
    assertThat(run.result("a").measurements()).hasSize(10);
    assertThat(run.result("a").count()).isEqualTo(12);
    assertThat(run.result("a").successful()).isEqualTo(12);
  }

  @Test
  @DisplayName("S-07 errors that are not consecutive are tolerated")
  void errorsInTwoStreaksAreTolerated() {
    Runs run =
        Runs.of(AnalysisSpec.of(endless("a").build()))
            .play(Map.of("a", "eeeeseeee"), Duration.ofSeconds(89));
    assertThat(run.status().phase()).isEqualTo(RUNNING);
    assertThat(run.result("a").error()).isEqualTo(8);
    assertThat(run.result("a").consecutiveError()).isEqualTo(4);
  }

  @Test
  @DisplayName("S-08 A-043 A-063 A-083 the fifth error in a row ends the run, ten seconds apart")
  void theFifthErrorInARowEndsTheRun() {
    Runs run =
        Runs.of(AnalysisSpec.of(endless("a").interval(Duration.ofHours(1)).build()))
            .play(Map.of("a", "e"), DAY);
    assertThat(run.status().phase()).isEqualTo(ERROR);
    assertThat(run.status().message())
        .isEqualTo(
            "Metric \"a\" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4):"
                + " \"Error Message: boom\"");
    assertThat(run.result("a").measurements())
        .extracting(
            measurement -> Duration.between(Runs.START, measurement.startedAt()).toSeconds())
        .containsExactly(0L, 10L, 20L, 30L, 40L);
  }

  @Test
  @DisplayName("S-09 A-082 Failed is worse than Error, and gives the message")
  void failedIsWorseThanError() {
    Runs run =
        Runs.of(AnalysisSpec.of(metric("a").consecutiveErrorLimit(0).build(), metric("b").build()))
            .play(Map.of("a", "e", "b", "f"), DAY);
    assertThat(run.status().phase()).isEqualTo(FAILED);
    assertThat(run.status().message()).startsWith("Metric \"b\" assessed Failed");
  }

  @Test
  @DisplayName("S-10 A-082 Error is worse than Inconclusive")
  void errorIsWorseThanInconclusive() {
    Runs run =
        Runs.of(AnalysisSpec.of(metric("a").build(), metric("b").consecutiveErrorLimit(0).build()))
            .play(Map.of("a", "i", "b", "e"), DAY);
    assertThat(run.status().phase()).isEqualTo(ERROR);
  }

  @Test
  @DisplayName("S-11 A-171 A-089 terminated while waiting: Successful, and it says so")
  void terminatedWhileWaiting() {
    Runs run = Runs.of(AnalysisSpec.of(endless("a").build())).decide();
    run.answer(Runs.outcome('s')).atSeconds(3.7).edit(AnalysisSpec::terminated).decide();
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
    assertThat(run.status().message()).isEqualTo("Run Terminated");
    assertThat(run.status().completedAt()).isEqualTo(Runs.START.plusSeconds(3));
  }

  @Test
  @DisplayName("S-12 A-004 A-027 a secret that is gone ends the run in Error, without completedAt")
  void aSecretThatIsGoneEndsTheRun() {
    Runs run = Runs.of(AnalysisSpec.of(endless("a").build())).decide();
    run.answer(Runs.outcome('s')).atSeconds(11).decide();
    run.decide(new Observed.ArgumentsUnresolved(run.effectOn("a").id(), "secrets \"s\" not found"));
    assertThat(run.status().phase()).isEqualTo(ERROR);
    assertThat(run.status().message())
        .isEqualTo("Unable to resolve metric arguments: secrets \"s\" not found");
    assertThat(run.status().completedAt()).isNull();
    assertThat(run.result("a").count()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "S-13 A-140 A-141 a dry-run rule that is no expression matches nothing and ends the run")
  void aDryRunRuleThatIsNoExpressionEndsTheRun() {
    AnalysisSpec spec = AnalysisSpec.builder().metric(metric("a").build()).dryRun("*").build();
    Runs run = Runs.of(spec).decide();
    assertThat(run.status().phase()).isEqualTo(ERROR);
    assertThat(run.status().message())
        .isEqualTo("Analysis spec invalid: dryRun[0]: Rule didn't match any metric name(s)");
    assertThat(run.status().startedAt()).isNull();
    assertThat(run.asking()).isEmpty();
  }

  @Test
  @DisplayName("S-15 A-022 a count may come from an argument")
  void aCountMayComeFromAnArgument() {
    AnalysisSpec spec =
        AnalysisSpec.builder()
            .metric(endless("a").count("{{args.n}}").build())
            .arg("n", "3")
            .build();
    assertThat(Runs.of(spec).play(Map.of("a", "s"), DAY).result("a").count()).isEqualTo(3);
  }

  @Test
  @DisplayName("S-16 a count that is no number means no end")
  void aCountThatIsNoNumberMeansNoEnd() {
    AnalysisSpec spec =
        AnalysisSpec.builder()
            .metric(endless("a").count("{{args.n}}").build())
            .arg("n", "many")
            .build();
    Runs run = Runs.of(spec).play(Map.of("a", "s"), Duration.ofHours(1));
    assertThat(run.status().phase()).isEqualTo(RUNNING);
    assertThat(run.result("a").count()).isGreaterThan(300);
  }

  @Test
  @DisplayName("S-17 A-056 without conditions any answer but an error is a success")
  void withoutConditionsAnyAnswerIsASuccess() {
    Runs run = Runs.of(AnalysisSpec.of(metric("a").build())).decide();
    run.answer(Observation.value(null));
    assertThat(run.status().phase()).isEqualTo(SUCCESSFUL);
  }

  @Test
  @DisplayName("S-19 A-180 A-181 a successful run is deleted a second after its time to live")
  void aSuccessfulRunIsDeletedInTime() {
    AnalysisSpec spec =
        AnalysisSpec.builder()
            .metric(metric("a").build())
            .ttlStrategy(new TtlStrategy(null, 60, null))
            .build();
    Runs run = Runs.of(spec).play(Map.of("a", "s"), DAY);
    run.atSeconds(60.9).decide();
    assertThat(run.last().effects()).isEmpty();
    assertThat(run.last().wakeUp()).contains(Runs.START.plusSeconds(61));
    run.atSeconds(61).decide();
    assertThat(run.last().effects()).containsExactly(new AnalysisEffect.DeleteRun());
  }

  @Test
  @DisplayName("P-003 a measurement starts before the request and finishes after the answer")
  void aMeasurementLastsAsLongAsItsRequest() {
    Runs run = Runs.of(AnalysisSpec.of(metric("a").build())).decide();
    Instant asked = Runs.START.plusMillis(900);
    run.at(Duration.ofSeconds(7))
        .decide(
            Observed.Answer.of(
                run.effectOn("a"), Runs.outcome('s'), asked, Runs.START.plusMillis(5_100)));

    assertThat(run.result("a").measurements())
        .singleElement()
        .satisfies(
            measurement -> {
              assertThat(measurement.startedAt()).isEqualTo(Runs.START);
              assertThat(measurement.finishedAt()).isEqualTo(Runs.START.plusSeconds(5));
            });
  }

  @Test
  void afterTheClockWasSetBackNothingEndsBeforeItsStart() {
    Runs run = Runs.of(AnalysisSpec.of(metric("a").build())).decide();
    Observed answer =
        Observed.Answer.of(
            run.effectOn("a"), Runs.outcome('s'), Runs.START, Runs.START.minusSeconds(60));
    run.at(Duration.ofMinutes(-1)).decide(answer);

    assertThat(run.result("a").measurements())
        .singleElement()
        .satisfies(
            measurement ->
                assertThat(measurement.finishedAt())
                    .isEqualTo(measurement.startedAt())
                    .isEqualTo(Runs.START));
    assertThat(run.decide().status().phase()).isEqualTo(SUCCESSFUL);
    assertThat(run.status().completedAt()).isEqualTo(run.status().startedAt());
  }
}
