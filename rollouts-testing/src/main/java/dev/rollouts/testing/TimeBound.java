package dev.rollouts.testing;

import dev.rollouts.api.wire.GoDuration;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

/** What a time must be; made by {@link RolloutsAssertions}. */
public final class TimeBound {
  private final String words;
  private final Predicate<Duration> holds;

  private TimeBound(String words, Predicate<Duration> holds) {
    this.words = words;
    this.holds = holds;
  }

  static TimeBound of(String words, Duration bound, Predicate<Integer> comparison) {
    Objects.requireNonNull(bound, "bound");
    return new TimeBound(
        words + " " + GoDuration.format(bound), time -> comparison.test(time.compareTo(bound)));
  }

  /** Both bounds. */
  public TimeBound and(TimeBound other) {
    return new TimeBound(
        words + " and " + other.words, time -> holds.test(time) && other.holds.test(time));
  }

  boolean holds(Duration time) {
    return holds.test(time);
  }

  /** As in messages: {@code less than 5m}. */
  @Override
  public String toString() {
    return words;
  }
}
