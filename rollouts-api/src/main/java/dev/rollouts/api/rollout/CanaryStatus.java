package dev.rollouts.api.rollout;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State of a canary update.
 *
 * @param weights what the routers were last seen to have; null without routers
 * @param stablePingPong {@code ping} or {@code pong}; empty counts as pong
 */
public record CanaryStatus(
    @Nullable RunReference currentStepAnalysisRunStatus,
    @Nullable RunReference currentBackgroundAnalysisRunStatus,
    String currentExperiment,
    @Nullable TrafficWeights weights,
    String stablePingPong,
    List<StepPluginStatus> stepPluginStatuses) {
  public CanaryStatus {
    stepPluginStatuses = List.copyOf(stepPluginStatuses);
  }

  private static final CanaryStatus EMPTY = new CanaryStatus(null, null, "", null, "", List.of());

  /** Nothing observed yet. */
  public static CanaryStatus empty() {
    return EMPTY;
  }
}
