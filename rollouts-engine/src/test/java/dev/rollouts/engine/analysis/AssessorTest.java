package dev.rollouts.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.analysis.RunSummary;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.engine.Event;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counters to phases: docs/spec/analysis.md, assessing one metric. */
class AssessorTest {
  private static final Duration DAY = Duration.ofDays(1);

  private static Metric.Builder metric(String name) {
    return Metric.named(name).provider(WebRequest.get("http://metrics.test"));
  }

  @ParameterizedTest(name = "{0}: {1} {2} -> {3} after {4}")
  @CsvSource({
    // rule, limits, outcomes (letters), phase, measurements
    "A-069,interval,f,Failed,1",
    "A-069,interval failureLimit=2,fsfsf,Failed,5",
    "A-069,interval failureLimit=2 count=3,ffs,Successful,3",
    "A-069,failureLimit=1,f,Successful,1",
    "A-069,interval inconclusiveLimit=0,i,Inconclusive,1",
    "A-069,interval,eeeee,Error,5",
    "A-069,interval consecutiveErrorLimit=0,e,Error,1",
    "A-069,interval consecutiveErrorLimit=1 count=2,eses,Successful,4",
    "A-069,interval count=3,seses,Successful,5",
    "A-069,interval failureLimit=-1 consecutiveSuccessLimit=2,fffss,Successful,5",
    "A-069,interval failureLimit=-1 consecutiveSuccessLimit=3 count=4,sfss,Failed,4",
    "A-069,interval failureLimit=1 consecutiveSuccessLimit=2 count=3,sfs,Inconclusive,3",
    "A-069,interval consecutiveSuccessLimit=2,sess,Successful,4",
    "A-069,consecutiveSuccessLimit=2,s,Inconclusive,1",
    "A-054,interval inconclusiveLimit=1 count=5,isisi,Inconclusive,3",
    "A-063,interval inconclusiveLimit=1,ii,Inconclusive,2",
    "A-064,interval consecutiveSuccessLimit=3 count=9,sss,Successful,3",
    "A-065,interval count=2,ss,Successful,2",
    "A-065,count=-5,s,Successful,1",
    "A-065,count=-5,es,Successful,2",
    "A-067,count=0,s,Successful,1",
  })
  void countersDecideThePhase(
      String rule, String limits, String outcomes, String phase, int measurements) {
    Metric.Builder metric = metric("a");
    for (String limit : limits.split(" ")) {
      String[] parts = limit.split("=");
      switch (parts[0]) {
        case "interval" -> metric.interval(Duration.ofSeconds(30));
        case "count" -> metric.count(Integer.parseInt(parts[1]));
        case "failureLimit" -> metric.failureLimit(Integer.parseInt(parts[1]));
        case "inconclusiveLimit" -> metric.inconclusiveLimit(Integer.parseInt(parts[1]));
        case "consecutiveErrorLimit" -> metric.consecutiveErrorLimit(Integer.parseInt(parts[1]));
        case "consecutiveSuccessLimit" ->
            metric.consecutiveSuccessLimit(Integer.parseInt(parts[1]));
        default -> throw new IllegalArgumentException(limit);
      }
    }
    Runs run = Runs.of(AnalysisSpec.of(metric.build())).play(Map.of("a", outcomes), DAY);
    MetricResult result = run.result("a");
    assertThat(result.phase().wireName()).as(rule).isEqualTo(phase);
    assertThat(result.count() + result.error()).isEqualTo(measurements);
    assertThat(result.count())
        .isEqualTo(result.successful() + result.failed() + result.inconclusive());
    assertThat(run.status().phase().wireName()).isEqualTo(phase);
  }

  @Test
  @DisplayName(
      "A-137 a metric that ran out of measurements counts as successful and leaves no message")
  void runningOutOfMeasurementsLeavesNoMessage() {
    Metric metric =
        metric("a")
            .interval(Duration.ofSeconds(30))
            .failureLimit(-1)
            .consecutiveSuccessLimit(3)
            .count(4)
            .build();
    Runs run = Runs.of(AnalysisSpec.of(metric)).play(Map.of("a", "sfss"), DAY);
    assertThat(run.status().phase()).isEqualTo(AnalysisPhase.FAILED);
    assertThat(run.status().message()).isEmpty();
    assertThat(run.status().runSummary()).isEqualTo(new RunSummary(1, 1, 0, 0, 0));
  }

  @Test
  @DisplayName(
      "A-063 errors in a row win over failures, since a later limit overrides an earlier one")
  void errorsInARowWinOverFailures() {
    Metric metric = metric("a").interval(Duration.ofSeconds(30)).consecutiveErrorLimit(0).build();
    var result =
        new MetricResult(
            "a",
            AnalysisPhase.RUNNING,
            java.util.List.of(),
            "",
            2,
            0,
            2,
            0,
            1,
            1,
            0,
            false,
            Map.of());
    PreparedMetric prepared = PreparedMetric.of(metric, metric, false, 10);
    assertThat(Limits.exceeded(prepared, result).text())
        .isEqualTo("consecutiveErrors (1) > consecutiveErrorLimit (0)");
  }

  @Test
  @DisplayName("A-083 of two that are equally bad the first in the spec gives the message")
  void theFirstOfEquallyBadOnesGivesTheMessage() {
    Runs run =
        Runs.of(AnalysisSpec.of(metric("b").build(), metric("a").build()))
            .play(Map.of("a", "f", "b", "f"), DAY);
    assertThat(run.status().message()).startsWith("Metric \"b\"");
  }

  @Test
  @DisplayName("A-060 A-068 a completed metric stays as it is and is announced once")
  void aCompletedMetricIsAnnouncedOnce() {
    Runs run =
        Runs.of(
                AnalysisSpec.of(
                    metric("a").build(),
                    metric("b").interval(Duration.ofSeconds(10)).count(5).build()))
            .play(Map.of("a", "s", "b", "s"), DAY);
    assertThat(run.events())
        .filteredOn(event -> event.message().contains("'a'"))
        .containsExactly(
            new Event(false, "MetricSuccessful", "Metric 'a' Completed. Result: Successful"));
    assertThat(run.events().get(run.events().size() - 1))
        .isEqualTo(
            new Event(false, "AnalysisRunSuccessful", "Analysis Completed. Result: Successful"));
  }

  @Test
  @DisplayName(
      "A-061 A-062 nothing measured: Pending or, when terminating, Successful; in flight: Running")
  void nothingMeasuredIsPending() {
    Metric metric = metric("a").build();
    PreparedMetric prepared = PreparedMetric.of(metric, metric, false, 10);
    MetricResult empty = Results.first(prepared, Map.of());
    var reasons = new java.util.ArrayList<dev.rollouts.engine.Reason>();
    assertThat(Assessor.metric(prepared, empty, false, reasons)).isEqualTo(AnalysisPhase.PENDING);
    assertThat(Assessor.metric(prepared, empty, true, reasons)).isEqualTo(AnalysisPhase.SUCCESSFUL);
    MetricResult inFlight =
        Results.with(
            empty,
            new dev.rollouts.api.analysis.Measurement(
                AnalysisPhase.RUNNING, "", Runs.START, null, "", Map.of(), null));
    assertThat(Assessor.metric(prepared, inFlight, true, reasons)).isEqualTo(AnalysisPhase.RUNNING);
  }

  @Test
  @DisplayName(
      "A-081 A-084 A-087 A-143 only dry-run metrics: Successful once all are done, without a summary")
  void onlyDryRunMetrics() {
    AnalysisSpec spec =
        AnalysisSpec.builder()
            .metric(metric("a").build())
            .metric(metric("b").interval(Duration.ofSeconds(10)).count(3).failureLimit(1).build())
            .dryRun(".*")
            .build();
    Runs run = Runs.of(spec).decide();
    run.answer(Runs.outcome('f'));
    assertThat(run.status().phase()).isEqualTo(AnalysisPhase.RUNNING);
    assertThat(run.status().message()).isEmpty();
    run.play(Map.of("a", "f", "b", "f"), DAY);
    assertThat(run.status().phase()).isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(run.status().message()).isEmpty();
    assertThat(run.status().runSummary()).isNull();
    assertThat(run.status().dryRunSummary()).isEqualTo(new RunSummary(2, 0, 2, 0, 0));
  }

  @Test
  @DisplayName("A-135 A-136 both summaries are there from the first assessment on")
  void summariesAreThereFromTheStart() {
    Runs run = Runs.of(AnalysisSpec.of(metric("a").build())).decide();
    assertThat(run.status().runSummary()).isEqualTo(new RunSummary(1, 0, 0, 0, 0));
    assertThat(run.status().dryRunSummary()).isEqualTo(new RunSummary(0, 0, 0, 0, 0));
    run.answer(Runs.outcome('s'));
    assertThat(run.status().runSummary()).isEqualTo(new RunSummary(1, 1, 0, 0, 0));
  }

  @Test
  @DisplayName(
      "A-145 the dry-run flag stays as it was with the first measurement and decides who ends the run")
  void theDryRunFlagIsFixed() {
    AnalysisSpec dry =
        AnalysisSpec.builder()
            .metric(metric("a").interval(Duration.ofSeconds(10)).build())
            .metric(metric("b").interval(Duration.ofSeconds(10)).build())
            .dryRun("a")
            .build();
    Runs run = Runs.of(dry).decide();
    run.answer(Runs.outcome('s'));
    run.edit(
        spec ->
            new AnalysisSpec(
                spec.metrics(),
                spec.args(),
                false,
                java.util.List.of(),
                java.util.List.of(),
                null));
    run.atSeconds(11).decide().answer("a", Runs.outcome('f'));
    assertThat(run.result("a").dryRun()).isTrue();
    assertThat(run.result("a").phase()).isEqualTo(AnalysisPhase.FAILED);
    run.decide();
    assertThat(run.status().phase()).isEqualTo(AnalysisPhase.RUNNING);
  }
}
