package dev.rollouts.simulation.rollout;

import java.util.function.Supplier;

/** Counts a chance to fail, and fails. */
@FunctionalInterface
interface Requirement {
  void that(RolloutInvariant invariant, boolean holds, Supplier<String> detail);
}
