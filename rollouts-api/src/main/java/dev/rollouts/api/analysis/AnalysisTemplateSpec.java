package dev.rollouts.api.analysis;

import java.util.List;

/** What an AnalysisTemplate and a ClusterAnalysisTemplate say; both kinds have the same spec. */
public record AnalysisTemplateSpec(
    List<Metric> metrics,
    List<Argument> args,
    List<DryRun> dryRun,
    List<MeasurementRetention> measurementRetention,
    List<TemplateRef> templates) {
  public AnalysisTemplateSpec {
    metrics = List.copyOf(metrics);
    args = List.copyOf(args);
    dryRun = List.copyOf(dryRun);
    measurementRetention = List.copyOf(measurementRetention);
    templates = List.copyOf(templates);
  }

  /** A template of these metrics, without arguments and rules. */
  public static AnalysisTemplateSpec of(Metric... metrics) {
    return new AnalysisTemplateSpec(List.of(metrics), List.of(), List.of(), List.of(), List.of());
  }

  /** The same template with these declared arguments. */
  public AnalysisTemplateSpec withArgs(List<Argument> declared) {
    return new AnalysisTemplateSpec(metrics, declared, dryRun, measurementRetention, templates);
  }
}
