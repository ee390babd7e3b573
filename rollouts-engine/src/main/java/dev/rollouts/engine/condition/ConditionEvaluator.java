package dev.rollouts.engine.condition;

import dev.rollouts.api.analysis.ResultKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Compiles and evaluates conditions. Never throws for anything a template or a metric's value holds: what goes wrong is data.
 * Thread-safe; one instance serves a whole process.
 */
public final class ConditionEvaluator {

  /** An evaluator with its own engine and an empty cache. */
  public ConditionEvaluator() {}

  /**
   * The condition {@code text} for results of {@code kind}: parsed, type-checked and ready to run, or with the error that prevents it.
   * Repeated calls with the same arguments are answered from a bounded cache.
   */
  public Condition compile(String text, ResultKind kind) {
    return new Condition(text, kind, null);
  }

  /**
   * What {@code condition} says of {@code value}.
   *
   * @param value plain JDK values: {@code Map}, {@code List}, {@code String}, {@code Double}, {@code Long}, {@code Boolean}, {@code Instant},
   *     {@code Duration} or null; of the kind the condition was compiled for
   * @param now what {@code now()} answers
   */
  public ConditionOutcome evaluate(Condition condition, @Nullable Object value, Instant now) {
    throw new UnsupportedOperationException();
  }

  /**
   * The instant that {@code rangeQuery.start} or {@code rangeQuery.end} stands for.
   *
   * @param now what {@code now()} answers
   */
  public TimeOutcome evaluateTime(String text, Instant now) {
    throw new UnsupportedOperationException();
  }
}
