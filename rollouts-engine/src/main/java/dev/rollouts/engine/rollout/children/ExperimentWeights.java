package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentTemplatePhase;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.ExperimentStep;
import dev.rollouts.api.rollout.ExperimentStepTemplate;
import dev.rollouts.api.rollout.WeightDestination;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The traffic that a running experiment gets. Rules R-131, E-087. */
public final class ExperimentWeights {
  private ExperimentWeights() {}

  /**
   * The destinations beside canary and stable, in the order of the experiment's templates. A
   * template that is not running, or whose Service is not there, gets no traffic (pains 28, 64).
   *
   * @param stepIndex of the current step; may be the number of steps
   * @param current the rollout's current experiment, or null
   */
  public static List<WeightDestination> of(
      List<CanaryStep> steps, int stepIndex, @Nullable Experiment current) {
    ExperimentStep step = lastExperiment(steps, stepIndex);
    if (step == null || current == null || Phases.of(current) != AnalysisPhase.RUNNING) {
      return List.of();
    }
    List<WeightDestination> destinations = new ArrayList<>();
    for (ExperimentTemplateStatus status : current.statusOrEmpty().templateStatuses()) {
      Integer weight = weight(step, status.name());
      if (weight != null
          && status.status() == ExperimentTemplatePhase.RUNNING
          && !status.serviceName().isEmpty()) {
        destinations.add(
            new WeightDestination(weight, status.serviceName(), status.podTemplateHash()));
      }
    }
    return destinations;
  }

  private static @Nullable ExperimentStep lastExperiment(List<CanaryStep> steps, int stepIndex) {
    for (int i = Math.min(stepIndex, steps.size() - 1); i >= 0; i--) {
      ExperimentStep step = steps.get(i).experiment();
      if (step != null) {
        return step;
      }
    }
    return null;
  }

  private static @Nullable Integer weight(ExperimentStep step, String name) {
    for (ExperimentStepTemplate template : step.templates()) {
      if (template.name().equals(name)) {
        return template.weight();
      }
    }
    return null;
  }
}
