package dev.rollouts.engine.experiment;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.experiment.ExperimentAnalysis;
import dev.rollouts.api.experiment.ExperimentSpec;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.experiment.ExperimentTemplatePhase;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What templates, analyses, or both together come to. Rules E-050 to E-060.
 *
 * @param settled of analyses: some are required, and all of these are Successful
 * @param bounding of analyses: some are required
 * @param rule behind it
 */
record Verdict(
    AnalysisPhase phase, String message, boolean settled, boolean bounding, String rule) {
  private static final String REQUIRED_COMPLETED = "Required AnalysisRuns completed";

  /** The worst template; the first of several (E-052). */
  static Verdict ofTemplates(ExperimentSpec spec, Map<String, ExperimentTemplateStatus> statuses) {
    ExperimentTemplatePhase worst = ExperimentTemplatePhase.SUCCESSFUL;
    String message = "";
    for (ExperimentTemplate template : spec.templates()) {
      ExperimentTemplateStatus status = statuses.get(template.name());
      ExperimentTemplatePhase phase =
          status == null || status.status() == null
              ? ExperimentTemplatePhase.PROGRESSING
              : status.status();
      if (severity(phase) > severity(worst)) {
        worst = phase;
        message = status == null ? "" : status.message();
      }
    }
    AnalysisPhase phase =
        switch (worst) {
          case PROGRESSING -> AnalysisPhase.PENDING;
          case RUNNING -> AnalysisPhase.RUNNING;
          case SUCCESSFUL -> AnalysisPhase.SUCCESSFUL;
          case FAILED -> AnalysisPhase.FAILED;
          case ERROR -> AnalysisPhase.ERROR;
        };
    return new Verdict(phase, message, false, false, "E-052");
  }

  private static int severity(ExperimentTemplatePhase phase) {
    return switch (phase) {
      case SUCCESSFUL -> 0;
      case RUNNING -> 1;
      case PROGRESSING -> 2;
      case ERROR -> 3;
      case FAILED -> 4;
    };
  }

  /** The worst analysis; the first of several (E-053). */
  static Verdict ofAnalyses(ExperimentSpec spec, Analyses analyses) {
    AnalysisPhase worst = AnalysisPhase.SUCCESSFUL;
    String message = "";
    for (ExperimentAnalysis analysis : spec.analyses()) {
      AnalysisPhase phase = running(analyses.phaseOf(analysis));
      if (phase.isWorseThan(worst)) {
        worst = phase;
        message = analyses.messageOf(analysis);
      }
    }
    List<ExperimentAnalysis> required =
        spec.analyses().stream().filter(ExperimentAnalysis::requiredForCompletion).toList();
    boolean bounding = !required.isEmpty();
    boolean settled =
        bounding
            && required.stream()
                .allMatch(each -> analyses.phaseOf(each) == AnalysisPhase.SUCCESSFUL);
    return new Verdict(
        worst,
        settled && worst == AnalysisPhase.SUCCESSFUL ? REQUIRED_COMPLETED : message,
        settled,
        bounding,
        "E-053");
  }

  private static AnalysisPhase running(@Nullable AnalysisPhase phase) {
    if (phase == null) {
      return AnalysisPhase.SUCCESSFUL;
    }
    return phase == AnalysisPhase.PENDING ? AnalysisPhase.RUNNING : phase;
  }

  /** The experiment's phase and message (E-050, E-051, E-055). */
  static Verdict of(ExperimentStatus before, Verdict templates, Verdict analyses) {
    AnalysisPhase old = before.phase();
    if (old == null) {
      return new Verdict(AnalysisPhase.PENDING, "", false, false, "E-050");
    }
    if (old.isCompleted()) {
      return new Verdict(old, before.message(), false, false, "E-051");
    }
    return switch (templates.phase()) {
      case SUCCESSFUL ->
          analyses.phase().isCompleted() || analyses.bounding()
              ? analyses.by("E-055")
              : templates.by("E-055");
      case FAILED, ERROR -> templates.by("E-055");
      case PENDING, RUNNING, INCONCLUSIVE -> {
        boolean bad =
            analyses.phase().isCompleted() && analyses.phase() != AnalysisPhase.SUCCESSFUL;
        yield bad || analyses.settled() ? analyses.by("E-055") : templates.by("E-055");
      }
    };
  }

  private Verdict by(String which) {
    return new Verdict(phase, message, settled, bounding, which);
  }
}
