package dev.rollouts.api.experiment;

import dev.rollouts.api.Condition;
import dev.rollouts.api.analysis.AnalysisPhase;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has been observed and decided so far.
 *
 * @param phase null before the first decision
 * @param availableAt when all templates were first running together
 */
public record ExperimentStatus(
    @Nullable AnalysisPhase phase,
    String message,
    @Nullable Instant availableAt,
    List<ExperimentTemplateStatus> templateStatuses,
    List<ExperimentRunStatus> analysisRuns,
    List<Condition> conditions) {
  public ExperimentStatus {
    templateStatuses = List.copyOf(templateStatuses);
    analysisRuns = List.copyOf(analysisRuns);
    conditions = List.copyOf(conditions);
  }

  private static final ExperimentStatus EMPTY =
      new ExperimentStatus(null, "", null, List.of(), List.of(), List.of());

  /** The status of an experiment that nobody has looked at yet. */
  public static ExperimentStatus empty() {
    return EMPTY;
  }
}
