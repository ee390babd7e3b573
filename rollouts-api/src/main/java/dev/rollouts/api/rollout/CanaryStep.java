package dev.rollouts.api.rollout;

import org.jspecify.annotations.Nullable;

/**
 * One step of a canary. One of the four primary actions (setWeight, pause, experiment, analysis) or
 * one or more of the others; R-161 says what several mean.
 *
 * @param setWeight share of the traffic, 0 to 100 or to {@code maxTrafficWeight}
 */
public record CanaryStep(
    @Nullable Integer setWeight,
    @Nullable RolloutPause pause,
    @Nullable ExperimentStep experiment,
    @Nullable RolloutAnalysis analysis,
    @Nullable SetCanaryScale setCanaryScale,
    @Nullable SetHeaderRoute setHeaderRoute,
    @Nullable SetMirrorRoute setMirrorRoute,
    @Nullable PluginStep plugin) {

  /** {@code setWeight: weight}. */
  public static CanaryStep ofWeight(int weight) {
    return new CanaryStep(weight, null, null, null, null, null, null, null);
  }

  /** {@code pause: {}}: until somebody promotes. */
  public static CanaryStep ofPause() {
    return ofPause(new RolloutPause(null));
  }

  /** {@code pause}. */
  public static CanaryStep ofPause(RolloutPause pause) {
    return new CanaryStep(null, pause, null, null, null, null, null, null);
  }

  /** {@code analysis}. */
  public static CanaryStep ofAnalysis(RolloutAnalysis analysis) {
    return new CanaryStep(null, null, null, analysis, null, null, null, null);
  }
}
