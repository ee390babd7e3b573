package dev.rollouts.testing;

import dev.rollouts.simulation.Trace;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalUnit;
import java.util.concurrent.TimeUnit;

/**
 * Where assertions about analyses and rollouts start; import its methods statically.
 *
 * <pre>{@code
 * assertThat(trace).failed().becauseOf("error-rate").after(lessThan(5, MINUTES));
 * }</pre>
 */
public final class RolloutsAssertions {
  private RolloutsAssertions() {}

  /** Assertions about what happened in a simulation. */
  public static TraceAssert assertThat(Trace trace) {
    return new TraceAssert(trace);
  }

  /** Assertions about what a rollout does. */
  public static RolloutAssert assertThat(RolloutSimulation rollout) {
    return new RolloutAssert(rollout);
  }

  /** A metric is as its conditions want it, and this as soon as the new version gets requests. */
  public static MetricCourse risesTo(double number) {
    return MetricCourse.of("rises to", number);
  }

  /** A metric is as its conditions want it, and this as soon as the new version gets requests. */
  public static MetricCourse fallsTo(double number) {
    return MetricCourse.of("falls to", number);
  }

  /**
   * A share of all requests.
   *
   * @param percent from 0 to 100
   */
  public static Weight weight(double percent) {
    return new Weight(percent);
  }

  /** Strictly less. */
  public static TimeBound lessThan(long amount, TimeUnit unit) {
    return lessThan(span(amount, unit.toChronoUnit()));
  }

  /** Strictly less. */
  public static TimeBound lessThan(long amount, ChronoUnit unit) {
    return lessThan(span(amount, unit));
  }

  /** Strictly less. */
  public static TimeBound lessThan(Duration bound) {
    return TimeBound.of("less than", bound, order -> order < 0);
  }

  /** Less or equal. */
  public static TimeBound atMost(long amount, TimeUnit unit) {
    return atMost(span(amount, unit.toChronoUnit()));
  }

  /** Less or equal. */
  public static TimeBound atMost(long amount, ChronoUnit unit) {
    return atMost(span(amount, unit));
  }

  /** Less or equal. */
  public static TimeBound atMost(Duration bound) {
    return TimeBound.of("at most", bound, order -> order <= 0);
  }

  /** Strictly more. */
  public static TimeBound moreThan(long amount, TimeUnit unit) {
    return moreThan(span(amount, unit.toChronoUnit()));
  }

  /** Strictly more. */
  public static TimeBound moreThan(long amount, ChronoUnit unit) {
    return moreThan(span(amount, unit));
  }

  /** Strictly more. */
  public static TimeBound moreThan(Duration bound) {
    return TimeBound.of("more than", bound, order -> order > 0);
  }

  /** More or equal. */
  public static TimeBound atLeast(long amount, TimeUnit unit) {
    return atLeast(span(amount, unit.toChronoUnit()));
  }

  /** More or equal. */
  public static TimeBound atLeast(long amount, ChronoUnit unit) {
    return atLeast(span(amount, unit));
  }

  /** More or equal. */
  public static TimeBound atLeast(Duration bound) {
    return TimeBound.of("at least", bound, order -> order >= 0);
  }

  private static Duration span(long amount, TemporalUnit unit) {
    return Duration.of(amount, unit);
  }
}
