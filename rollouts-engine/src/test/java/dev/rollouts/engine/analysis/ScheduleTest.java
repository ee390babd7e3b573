package dev.rollouts.engine.analysis;

import static dev.rollouts.engine.analysis.Runs.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.engine.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When metrics are measured, resumed and left alone. */
class ScheduleTest {
  private static Metric.Builder metric(String name) {
    return Metric.named(name).provider(WebRequest.get("http://metrics.test"));
  }

  private static Runs run(Metric... metrics) {
    return Runs.of(AnalysisSpec.of(metrics));
  }

  @Test
  @DisplayName(
      "A-048 A-042 A-043 A-045 the worked timeline: delay, interval from the end, errors after ten seconds")
  void theWorkedTimeline() {
    Runs run =
        run(
            metric("a")
                .initialDelay(Duration.ofSeconds(30))
                .interval(Duration.ofMinutes(1))
                .count(3)
                .build());
    run.decide();
    assertThat(run.status().startedAt()).isEqualTo(START);
    assertThat(run.last().wakeUp()).contains(START.plusSeconds(30));
    measure(run, 30, 's');
    assertThat(run.last().wakeUp()).contains(START.plusSeconds(92).plusNanos(1));
    measure(run, 92.5, 'e');
    assertThat(run.last().wakeUp()).contains(START.plusSeconds(104).plusNanos(1));
    measure(run, 104.5, 's');
    assertThat(run.result("a").count()).isEqualTo(2);
    assertThat(run.last().wakeUp()).contains(START.plusSeconds(166).plusNanos(1));
    measure(run, 166.5, 's');
    assertThat(run.status().phase()).isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(run.result("a").measurements()).hasSize(4);
    assertThat(run.result("a").error()).isEqualTo(1);
  }

  /** A measurement that takes two seconds. */
  private static void measure(Runs run, double at, char outcome) {
    run.atSeconds(at).decide();
    AnalysisEffect.Asking effect = run.effectOn("a");
    Instant startedAt = run.now();
    run.atSeconds(at + 2);
    run.decide(Observed.Answer.of(effect, Runs.outcome(outcome), startedAt, run.now()));
  }

  @Test
  @DisplayName("A-040 A-041 a delay of 0s moves the first measurement to the second turn")
  void aDelayOfZeroMovesTheFirstMeasurement() {
    Runs run = run(metric("a").initialDelay(Duration.ZERO).build()).decide();
    assertThat(run.asking()).isEmpty();
    assertThat(run.last().wakeUp()).contains(START);
    assertThat(run.decide().asking()).hasSize(1);
  }

  @Test
  @DisplayName(
      "A-047 A-198 boundaries: first at, repetition strictly after, resumption at its time")
  void boundaries() {
    Runs run =
        run(metric("a")
                .initialDelay(Duration.ofSeconds(30))
                .interval(Duration.ofSeconds(60))
                .build())
            .decide();
    assertThat(run.at(Duration.ofSeconds(30).minusNanos(1)).decide().asking()).isEmpty();
    assertThat(run.atSeconds(30).decide().asking()).hasSize(1);
    run.answer(Runs.outcome('s'));
    assertThat(run.atSeconds(90).decide().asking()).isEmpty();
    assertThat(run.at(Duration.ofSeconds(90).plusNanos(1)).decide().asking()).hasSize(1);
    run.answer(Observation.inProgress(Map.of(), START.plusSeconds(100)));
    assertThat(run.atSeconds(99.999).decide().asking()).isEmpty();
    assertThat(run.last().wakeUp()).contains(START.plusSeconds(100));
    assertThat(run.atSeconds(100).decide().asking())
        .singleElement()
        .isInstanceOf(AnalysisEffect.Resume.class);
  }

  @Test
  @DisplayName("A-042 slots that were missed are not made up")
  void missedSlotsAreNotMadeUp() {
    Runs run = run(metric("a").interval(Duration.ofSeconds(10)).build()).decide();
    run.answer(Runs.outcome('s'));
    run.at(Duration.ofHours(1)).decide().answer(Runs.outcome('s'));
    assertThat(run.result("a").count()).isEqualTo(2);
    assertThat(run.last().wakeUp()).contains(START.plusSeconds(3610).plusNanos(1));
    assertThat(run.asking()).isEmpty();
  }

  @Test
  @DisplayName("A-044 all that is due is asked for in one turn, and a slow answer holds up nobody")
  void aSlowMetricHoldsUpNobody() {
    Runs run =
        run(
                metric("slow").interval(Duration.ofSeconds(10)).build(),
                metric("quick").interval(Duration.ofSeconds(10)).build())
            .decide();
    assertThat(run.asking()).hasSize(2);
    run.answer("quick", Runs.outcome('s'));
    assertThat(run.result("quick").count()).isEqualTo(1);
    assertThat(run.asking()).extracting(effect -> effect.id().metric()).containsExactly("slow");
  }

  @Test
  @DisplayName("A-046 stored times have whole seconds and are what is compared")
  void storedTimesHaveWholeSeconds() {
    Runs run = run(metric("a").interval(Duration.ofSeconds(10)).build()).atSeconds(0.9).decide();
    run.answer(Runs.outcome('s'));
    assertThat(run.status().startedAt()).isEqualTo(START);
    assertThat(run.result("a").lastMeasurement().finishedAt()).isEqualTo(START);
    assertThat(run.last().wakeUp()).contains(START.plusSeconds(10).plusNanos(1));
  }

  @Test
  @DisplayName("an interval below a second counts as one: no hot loop")
  void anIntervalBelowASecondCountsAsOne() {
    Runs run = run(metric("a").interval("0s").build()).decide();
    run.answer(Runs.outcome('s'));
    assertThat(run.last().wakeUp()).contains(START.plusSeconds(1).plusNanos(1));
  }

  @Test
  @DisplayName("A-003 A-009 A-010 the first turn starts the run and asks")
  void theFirstTurnStartsTheRun() {
    Runs run = run(metric("a").build()).decide();
    assertThat(run.status().phase()).isEqualTo(AnalysisPhase.RUNNING);
    assertThat(run.status().startedAt()).isEqualTo(START);
    assertThat(run.status().metricResults()).isEmpty();
    assertThat(run.effectOn("a").id()).isEqualTo(new MeasurementId("a", 1));
  }

  @Test
  @DisplayName("A-006 A-210 a turn without news changes nothing and asks for the same again")
  void aTurnWithoutNewsChangesNothing() {
    Runs run = run(metric("a").interval(Duration.ofSeconds(10)).build()).decide();
    AnalysisRunStatus before = run.status();
    List<AnalysisEffect> effects = run.last().effects();
    run.decide();
    assertThat(run.status()).isSameAs(before);
    assertThat(run.last().effects()).isEqualTo(effects);
  }

  @Test
  @DisplayName("A-211 A-212 an observation counts once, however often and late it comes")
  void anObservationCountsOnce() {
    Runs run = run(metric("a").interval(Duration.ofSeconds(10)).build()).decide();
    Observed first = run.answerTo("a", Runs.outcome('s'));
    run.decide(first, first);
    assertThat(run.result("a").count()).isEqualTo(1);
    run.decide(first);
    assertThat(run.result("a").count()).isEqualTo(1);
    assertThat(run.last().reasons()).extracting(Reason::rule).contains("A-211");
  }

  @Test
  @DisplayName("A-002 A-175 a completed run never changes, whatever is edited or seen")
  void aCompletedRunNeverChanges() {
    Runs run = run(metric("a").build()).decide();
    Observed late = run.answerTo("a", Runs.outcome('f'));
    run.answer(Runs.outcome('s'));
    AnalysisRunStatus done = run.status();
    run.edit(AnalysisSpec::terminated).at(Duration.ofDays(1)).decide(late);
    assertThat(run.status()).isSameAs(done);
    assertThat(run.last().effects()).isEmpty();
    assertThat(run.last().wakeUp()).isEmpty();
  }

  @Test
  @DisplayName("A-011 completedAt is the time of the decision that completed the run")
  void completedAtIsTheTimeOfTheDecision() {
    Runs run = run(metric("a").build()).decide();
    Observed answer = run.answerTo("a", Runs.outcome('s'));
    run.atSeconds(5.5).decide(answer);
    assertThat(run.status().completedAt()).isEqualTo(START.plusSeconds(5));
    assertThat(run.result("a").lastMeasurement().finishedAt()).isEqualTo(START);
  }

  @Test
  @DisplayName(
      "A-051 A-053 A-055 a measurement in flight is looked at again and replaced when it is done")
  void aMeasurementInFlightIsReplaced() {
    Runs run = run(metric("j").build()).decide();
    run.answer(Observation.inProgress(Map.of("job-name", "j.1"), START.plusSeconds(2)));
    assertThat(run.result("j").phase()).isEqualTo(AnalysisPhase.RUNNING);
    Measurement inFlight = run.result("j").lastMeasurement();
    assertThat(inFlight.metadata()).containsEntry("job-name", "j.1");
    run.atSeconds(2).decide();
    assertThat(run.effectOn("j").id()).isEqualTo(new MeasurementId("j", 1));
    run.answer(Observation.inProgress(Map.of(), START.plusSeconds(4)));
    assertThat(run.result("j").lastMeasurement().metadata()).containsEntry("job-name", "j.1");
    run.atSeconds(4).decide().answer(Runs.outcome('s'));
    assertThat(run.result("j").measurements()).hasSize(1);
    Measurement done = run.result("j").lastMeasurement();
    assertThat(done.startedAt()).isEqualTo(START);
    assertThat(done.finishedAt()).isEqualTo(START.plusSeconds(4));
    assertThat(done.resumeAt()).isEqualTo(START.plusSeconds(4));
  }

  @Test
  @DisplayName("A-170 terminated before anything ran: Successful, nothing measured")
  void terminatedBeforeAnythingRan() {
    Runs run = run(metric("a").build()).edit(AnalysisSpec::terminated).decide();
    assertThat(run.status().phase()).isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(run.status().message()).isEqualTo("Run Terminated");
    assertThat(run.status().startedAt()).isEqualTo(START);
    assertThat(run.status().completedAt()).isEqualTo(START);
    assertThat(run.asking()).isEmpty();
  }

  @Test
  @DisplayName(
      "A-172 A-052 terminated with a Job in flight: Inconclusive with its limit, else Successful")
  void terminatedWithAJobInFlight() {
    Runs strict = terminatedInFlight(metric("m").build());
    assertThat(strict.status().phase()).isEqualTo(AnalysisPhase.INCONCLUSIVE);
    assertThat(strict.status().message())
        .isEqualTo(
            "Metric \"m\" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0):"
                + " \"Error Message: Metric Terminated\"");
    Runs tolerant =
        terminatedInFlight(
            metric("m").inconclusiveLimit(1).interval(Duration.ofSeconds(10)).count(3).build());
    assertThat(tolerant.status().phase()).isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(tolerant.status().message()).isEqualTo("Run Terminated");
  }

  private static Runs terminatedInFlight(Metric metric) {
    Runs run = run(metric).decide();
    run.answer(Observation.inProgress(Map.of(), START.plusSeconds(60)));
    run.atSeconds(1).edit(AnalysisSpec::terminated).decide();
    assertThat(run.effectOn("m")).isInstanceOf(AnalysisEffect.Terminate.class);
    return run.answer(Observation.verdict(AnalysisPhase.INCONCLUSIVE));
  }

  @Test
  @DisplayName(
      "A-173 a measurement that cannot be stopped stays in flight, and the run ends all the same")
  void aMeasurementThatCannotBeStopped() {
    Runs run = run(metric("m").build()).decide();
    run.answer(Observation.inProgress(Map.of("id", "x"), START.plusSeconds(60)));
    run.atSeconds(1).edit(AnalysisSpec::terminated).decide();
    run.answer(Observation.inProgress(Map.of("id", "x"), START.plusSeconds(60)));
    assertThat(run.status().phase()).isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(run.status().message()).isEqualTo("Run Terminated");
    assertThat(run.result("m").lastMeasurement().isInFlight()).isTrue();
    assertThat(run.result("m").lastMeasurement().phase()).isEqualTo(AnalysisPhase.RUNNING);
    assertThat(run.result("m").phase()).isEqualTo(AnalysisPhase.RUNNING);
  }

  @Test
  @DisplayName("A-174 a limit that is exceeded wins over the termination")
  void anExceededLimitWinsOverTheTermination() {
    Runs run = run(metric("a").build()).decide();
    Observed failure = run.answerTo("a", Runs.outcome('f'));
    run.edit(AnalysisSpec::terminated).decide(failure);
    assertThat(run.status().phase()).isEqualTo(AnalysisPhase.FAILED);
    assertThat(run.status().message())
        .isEqualTo("Metric \"a\" assessed Failed due to failed (1) > failureLimit (0)");
  }

  @Test
  @DisplayName(
      "A-040 an endless metric is measured after ten seconds when it has no interval and erred")
  void anErrorWithoutIntervalIsRetried() {
    Runs run = run(metric("a").build()).decide();
    run.answer(Runs.outcome('e'));
    assertThat(run.last().wakeUp()).contains(START.plusSeconds(10).plusNanos(1));
  }
}
