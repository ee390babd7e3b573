package dev.rollouts.cli.plugin.view;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Spans as kubectl shows them (K-110). */
public final class Ages {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long YEAR = 365 * DAY;

  private Ages() {}

  /** How long ago; the longest that Go has without a moment (K-111). */
  public static String since(@Nullable Instant moment, Instant now) {
    return moment == null ? "292y" : of(Duration.between(moment, now));
  }

  /** A span, cut off to what matters at its size. */
  public static String of(Duration span) {
    if (span.compareTo(Duration.ofSeconds(-2)) <= 0) {
      return "<invalid>";
    }
    long seconds = Math.max(0, span.toSeconds());
    if (seconds < 2 * MINUTE) {
      return seconds + "s";
    }
    if (seconds < 10 * MINUTE) {
      return two(seconds / MINUTE, "m", seconds % MINUTE, "s");
    }
    if (seconds < 3 * HOUR) {
      return seconds / MINUTE + "m";
    }
    if (seconds < 8 * HOUR) {
      return two(seconds / HOUR, "h", seconds % HOUR / MINUTE, "m");
    }
    if (seconds < 2 * DAY) {
      return seconds / HOUR + "h";
    }
    if (seconds < 8 * DAY) {
      return two(seconds / DAY, "d", seconds % DAY / HOUR, "h");
    }
    if (seconds < 2 * YEAR) {
      return seconds / DAY + "d";
    }
    if (seconds < 8 * YEAR) {
      return two(seconds / YEAR, "y", seconds % YEAR / DAY, "d");
    }
    return seconds / YEAR + "y";
  }

  private static String two(long first, String unit, long second, String smaller) {
    return first + unit + (second == 0 ? "" : second + smaller);
  }
}
