package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import org.jspecify.annotations.Nullable;

/** Where a rollout says how its traffic is routed. */
final class CanaryRouting {
  private CanaryRouting() {}

  /** {@code spec.strategy.canary.trafficRouting}, or null. */
  static @Nullable TrafficRouting of(Rollout rollout) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    return canary == null ? null : canary.trafficRouting();
  }
}
