package dev.rollouts.simulation;

import dev.rollouts.api.provider.Observation;
import java.time.Duration;

/**
 * What a script answers.
 *
 * @param latency virtual time between the question and this answer; zero or more
 */
public record Reply(Observation observation, Duration latency) {
  public Reply {
    if (latency.isNegative()) {
      throw new IllegalArgumentException("latency must not be negative, was " + latency);
    }
  }

  /** An answer that takes no time. */
  public static Reply of(Observation observation) {
    return new Reply(observation, Duration.ZERO);
  }
}
