package dev.rollouts.engine.rollout;

import dev.rollouts.engine.traffic.RouterSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What the operator says about rollouts, for all of them.
 *
 * @param instanceId value of the instance label of what this controller makes; empty for none
 * @param routers about traffic routers
 * @param stepPlugins names of the step plugins that can be called
 * @param disabledStepPlugins names of step plugins that complete at once
 * @param pluginFaults what could not be loaded, and why; told where a step plugin is missing
 */
public record RolloutSettings(
    String instanceId,
    RouterSettings routers,
    Set<String> stepPlugins,
    Set<String> disabledStepPlugins,
    List<String> pluginFaults) {
  /** Time between two questions whether a weight or target is verified. */
  static final Duration VERIFY_INTERVAL = Duration.ofSeconds(10);

  private static final RolloutSettings DEFAULTS =
      new RolloutSettings("", RouterSettings.defaults(), Set.of(), Set.of(), List.of());

  public RolloutSettings {
    stepPlugins = Set.copyOf(stepPlugins);
    disabledStepPlugins = Set.copyOf(disabledStepPlugins);
    pluginFaults = List.copyOf(pluginFaults);
  }

  /** What holds where the operator says nothing. */
  public static RolloutSettings defaults() {
    return DEFAULTS;
  }
}
