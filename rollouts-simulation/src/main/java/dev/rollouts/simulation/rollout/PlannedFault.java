package dev.rollouts.simulation.rollout;

import dev.rollouts.api.wire.GoDuration;
import java.time.Duration;

/**
 * A fault at its time: it hits at the first opportunity from then on.
 *
 * @param at milliseconds since the start
 * @param extent how long, how far or which, as the fault says
 */
public record PlannedFault(ClusterFault fault, long at, long extent) {
  @Override
  public String toString() {
    return "at %s: %s(%d)".formatted(GoDuration.format(Duration.ofMillis(at)), fault, extent);
  }
}
