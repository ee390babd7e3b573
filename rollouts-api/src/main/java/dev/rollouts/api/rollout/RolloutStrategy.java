package dev.rollouts.api.rollout;

import org.jspecify.annotations.Nullable;

/** Exactly one of the two. */
public record RolloutStrategy(
    @Nullable BlueGreenStrategy blueGreen, @Nullable CanaryStrategy canary) {

  /** A canary. */
  public static RolloutStrategy of(CanaryStrategy canary) {
    return new RolloutStrategy(null, canary);
  }

  /** A blue-green strategy. */
  public static RolloutStrategy of(BlueGreenStrategy blueGreen) {
    return new RolloutStrategy(blueGreen, null);
  }
}
