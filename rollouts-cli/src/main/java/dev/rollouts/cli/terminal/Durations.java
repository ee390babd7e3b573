package dev.rollouts.cli.terminal;

import dev.rollouts.api.wire.GoDuration;
import java.time.Duration;

/** Spans of time as people read them. */
public final class Durations {
  private Durations() {}

  /** {@code 0s}, {@code 1m30s}, {@code 2h}; below ten seconds in tenths. */
  public static String shown(Duration span) {
    long millis = span.toMillis();
    if (millis != 0 && Math.abs(millis) < 10_000 && millis % 1000 != 0) {
      return GoDuration.format(Duration.ofMillis(Math.round(millis / 100.0) * 100));
    }
    return GoDuration.format(Duration.ofSeconds(Math.round(millis / 1000.0)));
  }

  /**
   * A round number of seconds, minutes or hours near a span, for the marks of an axis; at least a
   * second.
   */
  public static Duration round(Duration span) {
    long seconds = Math.max(1, span.toSeconds());
    long[] steps = {
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400
    };
    for (long step : steps) {
      if (step >= seconds) {
        return Duration.ofSeconds(step);
      }
    }
    return Duration.ofDays((seconds + 86399) / 86400);
  }
}
