package dev.rollouts.api.rollout;

import dev.rollouts.api.analysis.DryRun;
import dev.rollouts.api.analysis.MeasurementRetention;
import dev.rollouts.api.analysis.TemplateRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Templates that are run together as one AnalysisRun. */
public record RolloutAnalysis(
    List<TemplateRef> templates,
    List<RolloutArgument> args,
    List<DryRun> dryRun,
    List<MeasurementRetention> measurementRetention,
    @Nullable AnalysisRunMetadata analysisRunMetadata) {
  public RolloutAnalysis {
    templates = List.copyOf(templates);
    args = List.copyOf(args);
    dryRun = List.copyOf(dryRun);
    measurementRetention = List.copyOf(measurementRetention);
  }

  /** An analysis by one template, with arguments. */
  public static RolloutAnalysis of(String templateName, RolloutArgument... args) {
    return new RolloutAnalysis(
        List.of(new TemplateRef(templateName, null)), List.of(args), List.of(), List.of(), null);
  }
}
