package dev.rollouts.engine.rollout;

import dev.rollouts.engine.traffic.RouterSettings;
import java.time.Duration;
import java.util.Set;

/**
 * What the operator says about rollouts, for all of them.
 *
 * @param instanceId value of the instance label of what this controller makes; empty for none
 * @param routers about traffic routers
 * @param stepPlugins names of the step plugins that can be called
 * @param disabledStepPlugins names of step plugins that complete at once
 */
public record RolloutSettings(
    String instanceId,
    RouterSettings routers,
    Set<String> stepPlugins,
    Set<String> disabledStepPlugins) {
  /** Time between two questions whether a weight or target is verified. */
  static final Duration VERIFY_INTERVAL = Duration.ofSeconds(10);

  private static final RolloutSettings DEFAULTS =
      new RolloutSettings("", RouterSettings.defaults(), Set.of(), Set.of());

  public RolloutSettings {
    stepPlugins = Set.copyOf(stepPlugins);
    disabledStepPlugins = Set.copyOf(disabledStepPlugins);
  }

  /** What holds where the operator says nothing. */
  public static RolloutSettings defaults() {
    return DEFAULTS;
  }
}
