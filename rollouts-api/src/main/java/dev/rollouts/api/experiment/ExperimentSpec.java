package dev.rollouts.api.experiment;

import dev.rollouts.api.rollout.AnalysisRunMetadata;
import dev.rollouts.api.wire.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to run and to find out.
 *
 * @param duration counted from {@code status.availableAt}; empty or unparseable means no end
 * @param progressDeadlineSeconds per template, from its last transition; null means 600
 * @param terminate stop as soon as possible
 * @param scaleDownDelaySeconds before templates are scaled to 0; null means 30
 */
public record ExperimentSpec(
    @Required List<ExperimentTemplate> templates,
    String duration,
    @Nullable Integer progressDeadlineSeconds,
    boolean terminate,
    List<ExperimentAnalysis> analyses,
    @Nullable Integer scaleDownDelaySeconds,
    List<dev.rollouts.api.analysis.DryRun> dryRun,
    List<dev.rollouts.api.analysis.MeasurementRetention> measurementRetention,
    @Nullable AnalysisRunMetadata analysisRunMetadata) {
  public ExperimentSpec {
    templates = List.copyOf(templates);
    analyses = List.copyOf(analyses);
    dryRun = List.copyOf(dryRun);
    measurementRetention = List.copyOf(measurementRetention);
  }

  /** The same spec, told to stop. */
  public ExperimentSpec terminated() {
    return withTerminate(true);
  }

  /** The same spec, told to stop or not. */
  public ExperimentSpec withTerminate(boolean stop) {
    return new ExperimentSpec(
        templates,
        duration,
        progressDeadlineSeconds,
        stop,
        analyses,
        scaleDownDelaySeconds,
        dryRun,
        measurementRetention,
        analysisRunMetadata);
  }
}
