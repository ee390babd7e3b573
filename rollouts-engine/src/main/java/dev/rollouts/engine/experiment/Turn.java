package dev.rollouts.engine.experiment;

import dev.rollouts.api.Condition;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentAnalysis;
import dev.rollouts.api.experiment.ExperimentRules;
import dev.rollouts.api.experiment.ExperimentRunStatus;
import dev.rollouts.api.experiment.ExperimentSpec;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.experiment.ExperimentTemplatePhase;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One turn of an experiment; lives as long as one call of {@link ExperimentEngine#decide}. */
final class Turn {
  /** Subject of reasons about the experiment as a whole. */
  static final String EXPERIMENT = "experiment";

  private final Experiment experiment;
  private final ExperimentSpec spec;
  private final ExperimentStatus before;
  private final ExperimentObservations seen;
  private final Instant now;
  private final Schedule schedule;
  private final Output out = new Output();
  private final Map<String, ExperimentTemplateStatus> templates = new LinkedHashMap<>();
  private final Map<String, ExperimentRunStatus> runs = new LinkedHashMap<>();

  Turn(Experiment experiment, ExperimentObservations seen, Instant now) {
    this.experiment = experiment;
    this.spec = experiment.spec();
    this.before = experiment.statusOrEmpty();
    this.seen = seen;
    this.now = now;
    this.schedule = Schedule.of(spec, before, now);
    before.templateStatuses().forEach(each -> templates.put(each.name(), each));
    before.analysisRuns().forEach(each -> runs.put(each.name(), each));
  }

  Decision<ExperimentStatus, ClusterEffect> decide() {
    if (experiment.metadata().deletionTimestamp() != null) {
      return unchanged();
    }
    List<Problem> problems = ExperimentRules.check(experiment);
    if (!problems.isEmpty()) {
      return invalid(problems.get(0).message());
    }
    Owned owned = Owned.of(experiment, seen);
    if (owned.error() != null) {
      out.reasons.add(Reason.of("E-005", EXPERIMENT, "error", owned.error()));
      out.effects.add(new ClusterEffect.Retry(owned.error()));
      return unchanged();
    }
    boolean terminating = isTerminating();
    for (ExperimentTemplate template : spec.templates()) {
      TemplateTurn turn =
          new TemplateTurn(experiment, template, owned, seen, terminating, schedule, now, out);
      templates.put(template.name(), turn.decide(templates.get(template.name())));
    }
    Analyses analyses = new Analyses(experiment, owned, seen, terminating, out);
    analyses.decide(runs);
    return decision(Verdict.ofTemplates(spec, templates), Verdict.ofAnalyses(spec, analyses));
  }

  /** Whether everything is to come to an end, by the status as read (E-003). */
  private boolean isTerminating() {
    if (spec.terminate() || isCompleted(before.phase())) {
      return true;
    }
    for (ExperimentTemplateStatus each : templates.values()) {
      if (each.status() == ExperimentTemplatePhase.FAILED
          || each.status() == ExperimentTemplatePhase.ERROR) {
        return true;
      }
    }
    for (ExperimentRunStatus each : runs.values()) {
      if (isCompleted(each.phase()) && each.phase() != AnalysisPhase.SUCCESSFUL) {
        return true;
      }
    }
    return areRequiredSuccessful();
  }

  private boolean areRequiredSuccessful() {
    List<ExperimentAnalysis> required =
        spec.analyses().stream().filter(ExperimentAnalysis::requiredForCompletion).toList();
    return !required.isEmpty()
        && required.stream()
            .map(each -> runs.get(each.name()))
            .allMatch(run -> run != null && run.phase() == AnalysisPhase.SUCCESSFUL);
  }

  static boolean isCompleted(@Nullable AnalysisPhase phase) {
    return phase != null && phase.isCompleted();
  }

  private Decision<ExperimentStatus, ClusterEffect> unchanged() {
    return new Decision<>(before, out.effects(), Optional.empty(), out.reasons);
  }

  /** The spec cannot be run: a condition says so and nothing else is touched (E-001). */
  private Decision<ExperimentStatus, ClusterEffect> invalid(String message) {
    out.reasons.add(Reason.of("E-001", EXPERIMENT, "error", message));
    List<Condition> conditions = Conditions.invalid(before.conditions(), message, seconds());
    return new Decision<>(
        new ExperimentStatus(
            before.phase(),
            before.message(),
            before.availableAt(),
            before.templateStatuses(),
            before.analysisRuns(),
            conditions),
        List.of(),
        Optional.empty(),
        out.reasons);
  }

  private Decision<ExperimentStatus, ClusterEffect> decision(Verdict ofTemplates, Verdict ofRuns) {
    Verdict verdict = Verdict.of(before, ofTemplates, ofRuns);
    out.reasons.add(
        Reason.of(
            verdict.rule(),
            EXPERIMENT,
            "phase",
            verdict.phase().wireName(),
            "templates",
            ofTemplates.phase().wireName(),
            "analyses",
            ofRuns.phase().wireName()));
    if (verdict.phase() != before.phase()) {
      out.announce(Events.experiment(before.phase(), verdict.phase()));
    }
    boolean starts =
        before.availableAt() == null
            && before.phase() != null
            && !verdict.phase().isCompleted()
            && ofTemplates.phase() == AnalysisPhase.RUNNING;
    if (starts) {
      out.reasons.add(Reason.of("E-054", EXPERIMENT, "availableAt", seconds().toString()));
    }
    ExperimentStatus after =
        new ExperimentStatus(
            verdict.phase(),
            verdict.message(),
            starts ? seconds() : before.availableAt(),
            new ArrayList<>(templates.values()),
            new ArrayList<>(runs.values()),
            List.of());
    List<Condition> conditions =
        Conditions.after(
            experiment, after, ofTemplates.phase() == AnalysisPhase.RUNNING, seconds());
    after =
        new ExperimentStatus(
            after.phase(),
            after.message(),
            after.availableAt(),
            after.templateStatuses(),
            after.analysisRuns(),
            conditions);
    return new Decision<>(after, out.effects(), wakeUp(after), out.reasons);
  }

  /** The earliest moment ahead at which something is due (E-072, E-016). */
  private Optional<Instant> wakeUp(ExperimentStatus after) {
    if (!isCompleted(after.phase())) {
      Schedule next = Schedule.of(spec, after, now);
      next.endsAt().ifPresent(out::wakeUp);
      for (ExperimentTemplate template : spec.templates()) {
        ExperimentTemplateStatus status = templates.get(template.name());
        if (status != null && status.status() == ExperimentTemplatePhase.PROGRESSING) {
          next.deadlineOf(status).ifPresent(out::wakeUp);
        }
      }
    }
    return out.earliestAfter(now);
  }

  private Instant seconds() {
    return now.truncatedTo(ChronoUnit.SECONDS);
  }
}
