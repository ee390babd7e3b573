package dev.rollouts.controller.metrics;

import dev.rollouts.api.rollout.RolloutDuration;
import java.time.Duration;
import java.time.Instant;

/**
 * How long an update took, in seconds (O-082).
 *
 * @param total from its start to its end
 * @param manualPause how much of that it waited for people
 */
public record AttemptTimes(long total, long manualPause) {
  /** The times of an update that ends, or is looked at, at a time. */
  public static AttemptTimes of(RolloutDuration update, Instant end) {
    Instant start = update.rolloutStartedAt();
    long paused = update.totalManualPauseDurationSeconds();
    if (update.manualPauseStartedAt() != null) {
      paused += seconds(update.manualPauseStartedAt(), end);
    }
    return new AttemptTimes(start == null ? 0 : seconds(start, end), paused);
  }

  private static long seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toSeconds());
  }

  /** Without waiting for people. */
  public long progression() {
    return Math.max(0, total - manualPause);
  }
}
