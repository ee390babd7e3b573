package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;
import java.util.List;

/** An analysis of an experiment step. */
public record ExperimentStepAnalysis(
    @Required String name,
    @Required String templateName,
    boolean clusterScope,
    List<RolloutArgument> args,
    boolean requiredForCompletion) {
  public ExperimentStepAnalysis {
    args = List.copyOf(args);
  }
}
