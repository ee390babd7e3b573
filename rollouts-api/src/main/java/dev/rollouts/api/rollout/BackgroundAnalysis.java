package dev.rollouts.api.rollout;

import dev.rollouts.api.analysis.DryRun;
import dev.rollouts.api.analysis.MeasurementRetention;
import dev.rollouts.api.analysis.TemplateRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An analysis that runs beside the steps.
 *
 * @param startingStep index of the first step at which it may run; null means from the start
 */
public record BackgroundAnalysis(
    List<TemplateRef> templates,
    List<RolloutArgument> args,
    List<DryRun> dryRun,
    List<MeasurementRetention> measurementRetention,
    @Nullable AnalysisRunMetadata analysisRunMetadata,
    @Nullable Integer startingStep) {
  public BackgroundAnalysis {
    templates = List.copyOf(templates);
    args = List.copyOf(args);
    dryRun = List.copyOf(dryRun);
    measurementRetention = List.copyOf(measurementRetention);
  }

  /** What is analysed, without when. */
  public RolloutAnalysis analysis() {
    return new RolloutAnalysis(templates, args, dryRun, measurementRetention, analysisRunMetadata);
  }
}
