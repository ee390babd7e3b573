package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a metric is due, computed in this one place. At or before now: an effect. Ahead: a wake-up.
 * Rules.
 */
final class Schedule {
  /** Due whatever the time is. */
  static final Instant AT_ONCE = Instant.MIN;

  /**
   * Wait after an Error, whatever the interval; also the interval of a metric that has none
   * (A-043).
   */
  static final Duration RETRY = Duration.ofSeconds(10);

  private Schedule() {}

  /**
   * When the metric wants something done, or null when it wants nothing more.
   *
   * @param result null when it was never measured
   * @param startedAt start of the run as last saved; null in the first turn, in which no metric
   *     with a delay is due
   * @param now stands for the start of the run in the first turn
   */
  static @Nullable Instant dueAt(
      PreparedMetric metric,
      @Nullable MetricResult result,
      @Nullable Instant startedAt,
      boolean terminating,
      Instant now) {
    if (result != null && result.phase().isCompleted()) {
      return null;
    }
    Measurement last = result == null ? null : result.lastMeasurement();
    if (last != null && last.isInFlight()) {
      return terminating ? dueForTermination(last) : orAtOnce(last.resumeAt());
    }
    if (terminating) {
      return null;
    }
    if (last == null) {
      Duration delay = metric.initialDelay();
      return delay == null ? AT_ONCE : plus(startedAt == null ? now : startedAt, delay);
    }
    if (result != null && metric.isSatisfiedBy(result.count())) {
      return null;
    }
    Instant finishedAt = last.finishedAt() == null ? now : last.finishedAt();
    Duration interval = metric.interval();
    Duration wait = last.phase() == AnalysisPhase.ERROR || interval == null ? RETRY : interval;
    return plus(finishedAt, wait).plusNanos(1); // strictly later
  }

  private static @Nullable Instant dueForTermination(Measurement inFlight) {
    return Terminations.isAnswered(inFlight) ? null : AT_ONCE;
  }

  private static Instant orAtOnce(@Nullable Instant resumeAt) {
    return resumeAt == null ? AT_ONCE : resumeAt;
  }

  /** Go's durations reach 292 years, which no instant overflows. */
  private static Instant plus(Instant start, Duration wait) {
    return start.plus(wait);
  }
}
