package dev.rollouts.simulation.rollout;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** In how many states each invariant could have failed. Immutable. */
public final class RolloutChances {
  private static final RolloutChances NONE = new RolloutChances(Map.of());

  private final Map<RolloutInvariant, Long> counts;

  RolloutChances(Map<RolloutInvariant, Long> counts) {
    this.counts = counts;
  }

  /** Nothing was checked. */
  public static RolloutChances none() {
    return NONE;
  }

  /** The number of states by invariant; those that never had a chance are left out. */
  public Map<RolloutInvariant, Long> asMap() {
    return Collections.unmodifiableMap(counts);
  }

  /** These and those. */
  public RolloutChances plus(RolloutChances more) {
    if (counts.isEmpty()) {
      return more;
    }
    Map<RolloutInvariant, Long> sum = new EnumMap<>(counts);
    more.counts.forEach((invariant, count) -> sum.merge(invariant, count, Long::sum));
    return new RolloutChances(sum);
  }
}
