package dev.rollouts.engine.experiment;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentAnalysis;
import dev.rollouts.api.experiment.ExperimentRunStatus;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.rollout.AnalysisRunMetadata;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.analysis.args.UnresolvedArgumentException;
import dev.rollouts.engine.analysis.templates.MergedTemplates;
import dev.rollouts.engine.analysis.templates.Supplied;
import dev.rollouts.engine.analysis.templates.TemplateMerge;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.rollout.children.Owners;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The analyses of one turn. Rules E-030 to E-034, E-059. */
final class Analyses {
  private final Experiment experiment;
  private final Owned owned;
  private final ExperimentObservations seen;
  private final boolean terminating;
  private final Output out;
  private final Map<String, ExperimentRunStatus> judged = new HashMap<>();

  Analyses(
      Experiment experiment,
      Owned owned,
      ExperimentObservations seen,
      boolean terminating,
      Output out) {
    this.experiment = experiment;
    this.owned = owned;
    this.seen = seen;
    this.terminating = terminating;
    this.out = out;
  }

  /** The template that an analysis names. */
  static TemplateRef templateOf(ExperimentAnalysis analysis) {
    return new TemplateRef(analysis.templateName(), analysis.clusterScope());
  }

  /**
   * Plans what to do and brings the statuses up to date.
   *
   * @param statuses by name; changed
   */
  void decide(Map<String, ExperimentRunStatus> statuses) {
    Set<String> names = new HashSet<>();
    for (ExperimentAnalysis analysis : experiment.spec().analyses()) {
      if (!names.add(analysis.name())) {
        continue; // Statuses are by name: the first of two counts.
      }
      ExperimentRunStatus before = statuses.get(analysis.name());
      Optional<ExperimentRunStatus> after = decide(analysis, before);
      after.ifPresent(
          status -> {
            statuses.put(analysis.name(), status);
            judged.put(analysis.name(), status);
            if (before == null || status.phase() != before.phase()) {
              out.announce(Events.analysis(before, status));
              out.reasons.add(
                  Reason.of("E-033", analysis.name(), "phase", Events.word(status.phase())));
            }
          });
    }
  }

  /** What counts for the verdict: a run that has just been asked for counts as Pending. */
  @Nullable AnalysisPhase phaseOf(ExperimentAnalysis analysis) {
    ExperimentRunStatus status = judged.get(analysis.name());
    return status == null ? null : status.phase();
  }

  /** The message that goes with {@link #phaseOf}. */
  String messageOf(ExperimentAnalysis analysis) {
    ExperimentRunStatus status = judged.get(analysis.name());
    return status == null ? "" : status.message();
  }

  private Optional<ExperimentRunStatus> decide(
      ExperimentAnalysis analysis, @Nullable ExperimentRunStatus before) {
    AnalysisRun run = find(analysis, before);
    if (terminating && run != null) {
      stop(analysis, run);
    }
    if (before != null && Turn.isCompleted(before.phase())) {
      return Optional.of(before);
    }
    if (run != null) {
      return Optional.of(copied(analysis, run));
    }
    if (before != null && !before.analysisRun().isEmpty()) {
      return Optional.of(missing(analysis, before));
    }
    if (terminating) {
      return Optional.ofNullable(before);
    }
    return experiment.statusOrEmpty().availableAt() == null
        ? verify(analysis, before)
        : start(analysis, before);
  }

  /**
   * The run of an analysis: the one that its status names, or the experiment's own under the name
   * that it would have. So an analysis is never made twice (pain 66), and a run of which only the
   * answer was lost is not left alone.
   */
  private @Nullable AnalysisRun find(
      ExperimentAnalysis analysis, @Nullable ExperimentRunStatus before) {
    if (before != null && !before.analysisRun().isEmpty()) {
      return owned.runs().get(before.analysisRun());
    }
    return owned.runs().get(name(analysis));
  }

  /**
   * Whether a run was made since the experiment began. One of an attempt before a retry is
   * over; clocks may differ, so one that is not over counts in any case.
   */
  private boolean isOfThisAttempt(AnalysisRun run) {
    Instant since = experiment.statusOrEmpty().availableAt();
    Instant made = run.metadata().creationTimestamp();
    if (since == null) {
      return false;
    }
    boolean over = run.spec().terminate() || run.statusOrPending().phase().isCompleted();
    return !over || made == null || !made.isBefore(since);
  }

  /** The first name that is free or that a run of this attempt has (E-032). */
  private String name(ExperimentAnalysis analysis) {
    String base = experiment.metadata().name() + "-" + analysis.name();
    String name = base;
    for (int suffix = 1; ; suffix++) {
      AnalysisRun run = owned.runs().get(name);
      if (run == null
          || (Owners.isControlledBy(run.metadata(), experiment.metadata())
              && isOfThisAttempt(run))) {
        return name;
      }
      name = base + "." + suffix;
    }
  }

  /** Before the start, templates only have to exist (E-030). */
  private Optional<ExperimentRunStatus> verify(
      ExperimentAnalysis analysis, @Nullable ExperimentRunStatus before) {
    TemplateRef ref = templateOf(analysis);
    if (seen.templates().containsKey(ref)) {
      return Optional.ofNullable(before);
    }
    String kind = ref.isClusterScoped() ? "ClusterAnalysisTemplate" : "AnalysisTemplate";
    return Optional.of(
        error(
            "E-030",
            analysis,
            "%s verification failed for analysis '%s': %s '%s' not found"
                .formatted(kind, analysis.name(), kind, ref.templateName())));
  }

  /** Makes the run (E-031). */
  private Optional<ExperimentRunStatus> start(
      ExperimentAnalysis analysis, @Nullable ExperimentRunStatus before) {
    if (!owned.replicaSets().keySet().containsAll(templateNames())) {
      // Its arguments may be about a ReplicaSet that is not there; it is made again first.
      return Optional.ofNullable(before);
    }
    return create(analysis, name(analysis));
  }

  private List<String> templateNames() {
    return experiment.spec().templates().stream().map(ExperimentTemplate::name).toList();
  }

  private Optional<ExperimentRunStatus> create(ExperimentAnalysis analysis, String name) {
    String failed = "Failed to create AnalysisRun for analysis '%s': ".formatted(analysis.name());
    ClusterAnswer.Refused refused =
        Refusals.of(
                seen.answers(),
                ClusterEffect.CreateAnalysisRun.class,
                effect -> effect.run().metadata().name().equals(name))
            .orElse(null);
    if (refused != null && Refusals.isFinal(refused)) {
      return Optional.of(error("E-031", analysis, failed + refused.error()));
    }
    List<Argument> args;
    try {
      args = ExperimentArguments.of(experiment, owned).resolve(analysis.args());
    } catch (UnresolvedArgumentException unresolved) {
      return Optional.of(error("E-040", analysis, failed + unresolved.getMessage()));
    }
    Supplied supplied =
        new Supplied(args, experiment.spec().dryRun(), experiment.spec().measurementRetention());
    MergedTemplates merged =
        TemplateMerge.of(ref -> Optional.ofNullable(seen.templates().get(ref)))
            .merge(List.of(templateOf(analysis)), supplied);
    if (!merged.problems().isEmpty()) {
      return Optional.of(error("E-031", analysis, failed + merged.problems().get(0).message()));
    }
    if (refused != null) {
      out.retry(refused.error());
    } else {
      out.reasons.add(Reason.of("E-031", analysis.name(), "analysisRun", name));
      out.effects.add(
          new ClusterEffect.CreateAnalysisRun(
              new AnalysisRun(
                  Owners.child(experiment, name, labels(), annotations()), merged.spec(), null)));
    }
    judged.put(
        analysis.name(), new ExperimentRunStatus(analysis.name(), name, AnalysisPhase.PENDING, ""));
    return Optional.empty();
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    String instance = experiment.metadata().labels().get(RolloutKeys.INSTANCE_ID);
    if (instance != null) {
      labels.put(RolloutKeys.INSTANCE_ID, instance);
    }
    AnalysisRunMetadata extra = experiment.spec().analysisRunMetadata();
    if (extra != null) {
      labels.putAll(extra.labels());
    }
    return labels;
  }

  private Map<String, String> annotations() {
    AnalysisRunMetadata extra = experiment.spec().analysisRunMetadata();
    return extra == null ? Map.of() : extra.annotations();
  }

  /** The run is gone, which matters only while the experiment goes on (E-033). */
  private ExperimentRunStatus missing(ExperimentAnalysis analysis, ExperimentRunStatus before) {
    return Turn.isCompleted(experiment.statusOrEmpty().phase())
        ? before
        : new ExperimentRunStatus(
            analysis.name(),
            before.analysisRun(),
            AnalysisPhase.ERROR,
            "analysisruns.argoproj.io \"%s\" not found".formatted(before.analysisRun()));
  }

  /** Stops a run that has not ended, once (E-034). */
  private void stop(ExperimentAnalysis analysis, AnalysisRun run) {
    if (run.statusOrPending().phase().isCompleted() || run.spec().terminate()) {
      return;
    }
    ClusterAnswer.Refused refused =
        Refusals.of(
                seen.answers(),
                ClusterEffect.TerminateAnalysisRun.class,
                effect -> effect.run().metadata().name().equals(run.metadata().name()))
            .orElse(null);
    if (refused != null && refused.why() != ClusterAnswer.Refusal.CONFLICT) {
      out.retry(refused.error());
      return;
    }
    out.reasons.add(Reason.of("E-034", analysis.name(), "stops", run.metadata().name()));
    out.effects.add(new ClusterEffect.TerminateAnalysisRun(run));
    out.announce(Events.terminating(analysis.name(), run.metadata().name()));
  }

  private static ExperimentRunStatus copied(ExperimentAnalysis analysis, AnalysisRun run) {
    return new ExperimentRunStatus(
        analysis.name(),
        run.metadata().name(),
        run.statusOrPending().phase(),
        run.statusOrPending().message());
  }

  private ExperimentRunStatus error(String rule, ExperimentAnalysis analysis, String message) {
    out.reasons.add(Reason.of(rule, analysis.name(), "error", message));
    return new ExperimentRunStatus(analysis.name(), "", AnalysisPhase.ERROR, message);
  }
}
