package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.engine.condition.ConditionError;
import dev.rollouts.engine.condition.ConditionEvaluator;
import dev.rollouts.engine.condition.ConditionOutcome;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a metric's conditions say of a value. Rule A-056. */
record Conditions(AnalysisPhase phase, String message) {
  private static final String NO_DATA =
      "metric result is nil or empty: no data returned from the metric provider";

  /** Both conditions that are there are evaluated, success first; an error in either counts. */
  static Conditions judge(
      ConditionEvaluator evaluator, Metric metric, Observation.Value value, Instant now) {
    ConditionOutcome success = evaluate(evaluator, metric.successCondition(), value, now);
    if (success instanceof ConditionOutcome.Failed failed) {
      return error("successCondition", metric.successCondition(), value, failed.error());
    }
    ConditionOutcome failure = evaluate(evaluator, metric.failureCondition(), value, now);
    if (failure instanceof ConditionOutcome.Failed failed) {
      return error("failureCondition", metric.failureCondition(), value, failed.error());
    }
    return new Conditions(phase(success, failure), "");
  }

  private static AnalysisPhase phase(
      @Nullable ConditionOutcome success, @Nullable ConditionOutcome failure) {
    if (failure instanceof ConditionOutcome.True) {
      return AnalysisPhase.FAILED;
    }
    if (success instanceof ConditionOutcome.True) {
      return AnalysisPhase.SUCCESSFUL;
    }
    if (success == null) {
      return AnalysisPhase.SUCCESSFUL;
    }
    return failure == null ? AnalysisPhase.FAILED : AnalysisPhase.INCONCLUSIVE;
  }

  private static @Nullable ConditionOutcome evaluate(
      ConditionEvaluator evaluator,
      @Nullable String condition,
      Observation.Value value,
      Instant now) {
    return condition == null || condition.isEmpty()
        ? null
        : evaluator.evaluate(evaluator.compile(condition, value.kind()), value.value(), now);
  }

  private static Conditions error(
      String field, @Nullable String condition, Observation.Value value, ConditionError error) {
    boolean empty =
        value.value() == null || (value.value() instanceof List<?> list && list.isEmpty());
    return new Conditions(
        AnalysisPhase.ERROR,
        "could not evaluate %s \"%s\": %s"
            .formatted(field, condition, empty ? NO_DATA : error.detail()));
  }
}
