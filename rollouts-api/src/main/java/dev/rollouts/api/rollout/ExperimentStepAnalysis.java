package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An analysis of an experiment step.
 *
 * @param clusterScope whether a ClusterAnalysisTemplate is meant; null means false
 */
public record ExperimentStepAnalysis(
    @Required String name,
    @Required String templateName,
    @Nullable Boolean clusterScope,
    List<RolloutArgument> args,
    boolean requiredForCompletion) {
  public ExperimentStepAnalysis {
    args = List.copyOf(args);
  }

  /** Whether a ClusterAnalysisTemplate is meant. */
  public boolean isClusterScoped() {
    return Boolean.TRUE.equals(clusterScope);
  }
}
