package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.IntOrString;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A metric with its arguments resolved (secrets masked) and its numbers and durations read.
 *
 * @param template as the spec has it, placeholders included; what effects carry
 * @param interval null when there is none; at least a second, since stored times have whole seconds
 * @param initialDelay null when there is none
 * @param wanted non-error measurements wanted; 0 means no end (analysis-api.md#metric, effective
 *     count)
 * @param dry whether a dry-run rule matches
 * @param retention newest measurements kept
 */
record PreparedMetric(
    Metric template,
    Metric resolved,
    @Nullable Duration interval,
    @Nullable Duration initialDelay,
    int wanted,
    int failureLimit,
    int inconclusiveLimit,
    int consecutiveErrorLimit,
    int consecutiveSuccessLimit,
    boolean dry,
    int retention) {
  private static final Duration INTERVAL_MIN = Duration.ofSeconds(1);

  /**
   * Reads a resolved metric.
   *
   * @throws IllegalArgumentException for a duration that is none; its message starts as the
   *     contract of validation has it
   */
  static PreparedMetric of(Metric template, Metric resolved, boolean dry, int retention) {
    Duration interval = duration("invalid interval string: ", resolved.interval());
    Duration initialDelay = duration("invalid startDelay string: ", resolved.initialDelay());
    int count = number(resolved.count(), 0);
    return new PreparedMetric(
        template,
        resolved,
        interval != null && interval.compareTo(INTERVAL_MIN) < 0 ? INTERVAL_MIN : interval,
        initialDelay,
        count == 0 ? (interval == null ? 1 : 0) : Math.max(count, 1),
        number(resolved.failureLimit(), 0),
        number(resolved.inconclusiveLimit(), 0),
        number(resolved.consecutiveErrorLimit(), Metric.CONSECUTIVE_ERROR_LIMIT_DEFAULT),
        number(resolved.consecutiveSuccessLimit(), 0),
        dry,
        retention);
  }

  String name() {
    return resolved.name();
  }

  /** Whether that many non-error measurements are all that is wanted. */
  boolean isSatisfiedBy(int count) {
    return wanted > 0 && count >= wanted;
  }

  private static @Nullable Duration duration(String prefix, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return GoDuration.parse(text);
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(prefix + malformed.getMessage(), malformed);
    }
  }

  private static int number(@Nullable IntOrString value, int absent) {
    return value == null ? absent : value.intValue();
  }
}
