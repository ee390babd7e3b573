package dev.rollouts.testing;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.Reason;
import dev.rollouts.simulation.Trace;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about what happened in a simulation; each failure shows the timeline and how to see it
 * again.
 */
public final class TraceAssert extends AbstractAssert<TraceAssert, Trace> {
  TraceAssert(Trace actual) {
    super(actual, TraceAssert.class);
  }

  /** The run ended as Successful. */
  public TraceAssert succeeded() {
    return endedAs(AnalysisPhase.SUCCESSFUL);
  }

  /** The run ended as Failed. */
  public TraceAssert failed() {
    return endedAs(AnalysisPhase.FAILED);
  }

  /** The run ended as Error. */
  public TraceAssert erred() {
    return endedAs(AnalysisPhase.ERROR);
  }

  /** The run ended as Inconclusive. */
  public TraceAssert wasInconclusive() {
    return endedAs(AnalysisPhase.INCONCLUSIVE);
  }

  /** The run was still open when the time was up. */
  public TraceAssert isStillRunning() {
    return endedAs(AnalysisPhase.RUNNING);
  }

  /** The run ended in this phase. */
  public TraceAssert endedAs(AnalysisPhase phase) {
    return endedAsOneOf(phase);
  }

  /** The run ended in one of these phases. */
  public TraceAssert endedAsOneOf(AnalysisPhase... phases) {
    isNotNull();
    if (!Arrays.asList(phases).contains(actual.phase())) {
      String expected =
          Arrays.stream(phases).map(AnalysisPhase::wireName).collect(Collectors.joining(" or "));
      fail("the run to end as " + expected, "it is " + outcome());
    }
    return this;
  }

  /**
   * The run ended as it did because of this metric: it is the worst one, or of several the first in
   * the spec.
   */
  public TraceAssert becauseOf(String metric) {
    isNotNull();
    List<String> culprits =
        actual.reasons().stream()
            .filter(reason -> reason.subject().equals(Reason.RUN))
            .filter(reason -> reason.facts().containsKey("metric"))
            .map(reason -> String.valueOf(reason.facts().get("metric")))
            .distinct()
            .toList();
    if (!culprits.contains(metric)) {
      fail(
          "the verdict to be due to metric \"" + metric + "\"",
          culprits.isEmpty()
              ? "no metric decided; the run is " + outcome()
              : "it is due to " + String.join(", ", culprits) + "; the run is " + outcome());
    }
    return this;
  }

  /**
   * Some decision went by this rule.
   *
   * @param rule an id from docs/spec, such as {@code A-063}
   */
  public TraceAssert becauseOfRule(String rule) {
    isNotNull();
    List<String> rules = actual.reasons().stream().map(Reason::rule).distinct().sorted().toList();
    if (!rules.contains(rule)) {
      fail("a decision by rule " + rule, "the decisions went by " + String.join(", ", rules));
    }
    return this;
  }

  /** The verdict came after such a time, counted from the start. */
  public TraceAssert after(TimeBound bound) {
    isNotNull();
    Duration time = actual.timeToVerdict().orElse(null);
    if (time == null) {
      fail("a verdict after " + bound, "there was none; the run is " + outcome());
    } else if (!bound.holds(time)) {
      fail("the verdict after " + bound, "it came after " + time.toSeconds() + "s");
    }
    return this;
  }

  /** The message of the run is this. */
  public TraceAssert hasMessage(String message) {
    isNotNull();
    if (!actual.message().equals(message)) {
      fail("the message \"" + message + "\"", "it is \"" + actual.message() + "\"");
    }
    return this;
  }

  /** The message of the run contains this. */
  public TraceAssert hasMessageContaining(String part) {
    isNotNull();
    if (!actual.message().contains(part)) {
      fail("a message with \"" + part + "\"", "it is \"" + actual.message() + "\"");
    }
    return this;
  }

  /** All metrics together had no more measurements with this outcome, dropped ones included. */
  public TraceAssert measuredAtMost(int most, AnalysisPhase outcome) {
    int measured = measured(outcome);
    if (measured > most) {
      fail(most + " measurements at most to be " + outcome.wireName(), measured + " were");
    }
    return this;
  }

  /**
   * All metrics together had at least as many measurements with this outcome, dropped ones
   * included.
   */
  public TraceAssert measuredAtLeast(int least, AnalysisPhase outcome) {
    int measured = measured(outcome);
    if (measured < least) {
      fail(least + " measurements at least to be " + outcome.wireName(), measured + " were");
    }
    return this;
  }

  private int measured(AnalysisPhase outcome) {
    isNotNull();
    ToIntFunction<MetricResult> tally =
        switch (outcome) {
          case SUCCESSFUL -> MetricResult::successful;
          case FAILED -> MetricResult::failed;
          case INCONCLUSIVE -> MetricResult::inconclusive;
          case ERROR -> MetricResult::error;
          case PENDING, RUNNING ->
              throw new IllegalArgumentException(
                  outcome.wireName()
                      + " is no outcome of a measurement; use Successful, Failed, Inconclusive or Error");
        };
    return actual.status().metricResults().stream().mapToInt(tally).sum();
  }

  /** The metric ended in this phase. */
  public TraceAssert metricEndedAs(String metric, AnalysisPhase phase) {
    isNotNull();
    AnalysisPhase found = actual.result(metric).map(MetricResult::phase).orElse(null);
    if (found != phase) {
      fail(
          "metric \"%s\" to end as %s".formatted(metric, phase.wireName()),
          found == null ? "it was never measured" : "it is " + found.wireName());
    }
    return this;
  }

  /** The metric was never measured. */
  public TraceAssert neverMeasured(String metric) {
    isNotNull();
    actual
        .result(metric)
        .ifPresent(
            result ->
                fail(
                    "metric \"" + metric + "\" never to be measured",
                    "it was, " + (result.count() + result.error()) + " times"));
    return this;
  }

  private String outcome() {
    return actual.message().isEmpty()
        ? actual.phase().wireName()
        : actual.phase().wireName() + ": " + actual.message();
  }

  private void fail(String expected, String found) {
    throw failure(
        "%nExpected %s,%nbut %s.%n%n%s%nSeed %s; %s",
        expected, found, actual.timeline(), actual.seed(), actual.replay());
  }
}
