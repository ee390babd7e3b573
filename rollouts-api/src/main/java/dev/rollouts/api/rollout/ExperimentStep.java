package dev.rollouts.api.rollout;

import dev.rollouts.api.analysis.DryRun;
import dev.rollouts.api.wire.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step that runs an Experiment (E-080).
 *
 * @param duration how long, such as {@code 5m}; empty means until something else ends it
 * @param scaleDownDelaySeconds null means the default of the Experiment
 */
public record ExperimentStep(
    @Required List<ExperimentStepTemplate> templates,
    String duration,
    List<ExperimentStepAnalysis> analyses,
    List<DryRun> dryRun,
    @Nullable AnalysisRunMetadata analysisRunMetadata,
    @Nullable Integer scaleDownDelaySeconds) {
  public ExperimentStep {
    templates = List.copyOf(templates);
    analyses = List.copyOf(analyses);
    dryRun = List.copyOf(dryRun);
  }
}
