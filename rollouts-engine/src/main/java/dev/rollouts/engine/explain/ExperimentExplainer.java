package dev.rollouts.engine.explain;

import dev.rollouts.api.Condition;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentAnalysis;
import dev.rollouts.api.experiment.ExperimentRunStatus;
import dev.rollouts.api.experiment.ExperimentSpec;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.engine.analysis.explain.Wait;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.text.Words;
import dev.rollouts.engine.rollout.children.Owners;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out where an experiment stands. Rules E-001 to E-072. */
final class ExperimentExplainer {
  private static final int DEFAULT_DEADLINE_SECONDS = 600;

  private final Experiment experiment;
  private final ExperimentSpec spec;
  private final ExperimentStatus status;
  private final List<String> unread;
  private final Neighbours around;
  private final Instant now;
  private final Commands commands;

  ExperimentExplainer(Experiment experiment, List<String> unread, Neighbours around, Instant now) {
    this.experiment = experiment;
    this.spec = experiment.spec();
    this.status = experiment.statusOrEmpty();
    this.unread = unread;
    this.around = around;
    this.now = now;
    this.commands = new Commands(experiment.metadata());
  }

  Account account() {
    Finding finding = find();
    List<Account.Run> runs = new ArrayList<>();
    for (String name : finding.children) {
      run(name)
          .ifPresent(
              each ->
                  runs.add(
                      new Account.Run(Words.shown(name), new RunLinks(each, now).explanation())));
    }
    return new Account(
        "Experiment",
        Words.shown(experiment.metadata().name()),
        Words.shown(experiment.metadata().namespace()),
        now,
        status.phase() == null ? "" : status.phase().wireName(),
        finding.situation,
        finding.summary,
        Words.shown(status.message()),
        finding.links,
        RolloutExplainer.sorted(finding.waits),
        finding.actions,
        facts(),
        unseen(),
        runs);
  }

  private Finding find() {
    Condition invalid =
        status.conditions().stream()
            .filter(each -> each.type().equals("InvalidSpec") && each.isTrue())
            .findFirst()
            .orElse(null);
    if (invalid != null) {
      return Finding.of(Situation.EXPERIMENT_INVALID, "its spec is not valid, and nothing is done")
          .why(Words.shown(invalid.message()), "E-001")
          .awaits("a spec that is put right", "E-001")
          .act("mend the field that is named", commands.kubectl("edit", "experiment", name()));
    }
    if (status.phase() == null) {
      Finding finding =
          unread.isEmpty()
              ? Finding.of(
                  Situation.EXPERIMENT_NOT_OBSERVED,
                  "no controller has looked at it: there is no status")
              : Finding.malformedStatus(Situation.EXPERIMENT_STATUS_MALFORMED, unread)
                  .act(
                      "see the status, and find out who writes it",
                      commands.get("experiment -o yaml"));
      return finding
          .awaits("a controller that looks at it, which takes seconds where one runs", "")
          .act(
              "see whether a controller runs for this namespace and instance id, and what it says",
              commands.controllerLogs());
    }
    return status.phase().isCompleted() ? completed(status.phase()) : open();
  }

  private String name() {
    return experiment.metadata().name();
  }

  // --- over ---

  private Finding completed(AnalysisPhase phase) {
    Finding finding =
        switch (phase) {
          case INCONCLUSIVE ->
              analyses(
                  Finding.of(
                      Situation.EXPERIMENT_INCONCLUSIVE,
                      "it is over and could not tell: an analysis was inconclusive"));
          case FAILED, ERROR -> wentWrong();
          case PENDING, RUNNING, SUCCESSFUL -> wentWell();
        };
    String message = Words.shown(status.message());
    boolean told =
        finding.links.stream()
            .anyMatch(
                each ->
                    each.text().contains(message)
                        || each.because().stream().anyMatch(it -> it.text().contains(message)));
    if (!message.isEmpty() && !told) {
      finding.why("the status says: " + message, "E-055");
    }
    return scaledDown(
        phase == AnalysisPhase.SUCCESSFUL
            ? finding
            : finding.act("try it again", commands.plugin("retry experiment")));
  }

  private Finding wentWell() {
    return spec.terminate()
        ? analyses(
            Finding.of(
                    Situation.EXPERIMENT_TERMINATED,
                    "it was told to stop, and nothing had gone wrong")
                .why("spec.terminate is true", "E-003"))
        : analyses(
            Finding.of(Situation.EXPERIMENT_SUCCESSFUL, "it is over, and nothing went wrong"));
  }

  private Finding wentWrong() {
    for (ExperimentTemplateStatus each : status.templateStatuses()) {
      boolean late = each.message().contains("exceeded its progressDeadlineSeconds");
      if (late) {
        Finding finding =
            Finding.of(
                Situation.EXPERIMENT_TEMPLATE_NEVER_AVAILABLE,
                "it failed as the pods of template %s were not available in time"
                    .formatted(Words.quoted(each.name())));
        finding.why(Words.shown(each.message()), "E-021", podLinks(each));
        pods(each).ifPresent(pods -> pods.advise(finding, commands));
        return finding;
      }
      if (!each.message().isEmpty() && each.status() != null && each.status().isCompleted()) {
        return Finding.of(
                Situation.EXPERIMENT_TEMPLATE_ERROR,
                "it went wrong as template %s could not be set up"
                    .formatted(Words.quoted(each.name())))
            .why(
                Words.shown(each.message()), each.message().contains("Service") ? "E-013" : "E-012")
            .act("mend what the message names", commands.kubectl("edit", "experiment", name()));
      }
    }
    return analyses(
        Finding.of(Situation.EXPERIMENT_ANALYSIS_FAILED, "it went wrong as an analysis did"));
  }

  /** Pods that outlive the experiment (E-016). */
  private Finding scaledDown(Finding finding) {
    for (ReplicaSet each : replicaSets()) {
      Optional<Instant> deadline =
          ObjectTrees.time(each.annotation(RolloutKeys.SCALE_DOWN_DEADLINE));
      if (each.replicas() > 0 && deadline.isPresent()) {
        finding.awaits(
            "the pods of ReplicaSet %s to be scaled down".formatted(Words.shown(each.name())),
            deadline.get(),
            now,
            "E-016");
      }
    }
    return finding;
  }

  // --- open ---

  private Finding open() {
    if (spec.terminate()) {
      return analyses(
              Finding.of(Situation.EXPERIMENT_TERMINATING, "it was told to stop and is stopping")
                  .why("spec.terminate is true", "E-003"))
          .awaits("its runs to stop and its pods to go", "E-003");
    }
    ExperimentTemplateStatus behind =
        status.templateStatuses().stream()
            .filter(each -> each.status() == null || each.status().wireName().equals("Progressing"))
            .findFirst()
            .orElse(null);
    if (behind != null) {
      return starting(behind);
    }
    if (status.templateStatuses().size() < spec.templates().size()) {
      return Finding.of(Situation.EXPERIMENT_STARTING, "it has only just begun")
          .why("the status does not name all templates yet", "E-010")
          .awaits("the next decision, which makes their ReplicaSets", "E-010")
          .act("stop it", terminate());
    }
    return running();
  }

  private Finding starting(ExperimentTemplateStatus behind) {
    Optional<VersionPods> pods = pods(behind);
    String because = PodWaits.because(pods.flatMap(VersionPods::situation).orElse(null));
    Finding finding =
        Finding.of(
            Situation.EXPERIMENT_TEMPLATE_PODS,
            "it waits for the pods of template %s%s"
                .formatted(Words.quoted(behind.name()), because));
    finding.why(
        "template %s: %d of %s available"
            .formatted(
                Words.quoted(behind.name()),
                behind.availableReplicas(),
                Words.many(wanted(behind), "pod")),
        "E-018",
        podLinks(behind));
    if (behind.collisionCount() != null && behind.collisionCount() > 0) {
      finding.why(
          "the name of its ReplicaSet was taken %s by something else, so another name is used"
              .formatted(Words.many(behind.collisionCount(), "time")),
          "E-011");
    }
    finding.awaits(
        "all templates to be available together, from when on the duration counts", "E-054");
    Instant since = behind.lastTransitionTime();
    if (since != null) {
      finding.awaits("these pods, without which it fails", since.plus(deadline()), now, "E-021");
    }
    pods.ifPresent(each -> each.advise(finding, commands));
    return finding.act("stop it", terminate());
  }

  private String terminate() {
    return commands.plugin("terminate experiment");
  }

  private Duration deadline() {
    Integer seconds = spec.progressDeadlineSeconds();
    return Duration.ofSeconds(seconds == null ? DEFAULT_DEADLINE_SECONDS : seconds);
  }

  private int wanted(ExperimentTemplateStatus template) {
    return spec.templates().stream()
        .filter(each -> each.name().equals(template.name()))
        .map(each -> each.replicas() == null ? 1 : each.replicas())
        .findFirst()
        .orElse(template.replicas());
  }

  private Finding running() {
    Instant start = status.availableAt();
    Optional<Duration> duration = GoDuration.tryParse(spec.duration());
    List<String> required =
        spec.analyses().stream()
            .filter(ExperimentAnalysis::requiredForCompletion)
            .map(each -> Words.quoted(each.name()))
            .toList();
    Finding finding;
    if (duration.isPresent() && start != null) {
      finding = timed(start, start.plus(duration.get()), required);
    } else if (!required.isEmpty()) {
      finding =
          Finding.of(
                  Situation.EXPERIMENT_AWAITS_ANALYSIS,
                  "it runs until the analyses that are required have passed: %s"
                      .formatted(String.join(", ", required)))
              .why("it has no duration; analyses that are required end it", "E-053")
              .awaits("the required analyses to pass", "E-053");
    } else if (spec.analyses().isEmpty()) {
      finding =
          Finding.of(Situation.EXPERIMENT_ENDLESS, "it runs until somebody stops it")
              .why(
                  "it has neither a duration nor an analysis that is requiredForCompletion",
                  "E-072")
              .awaits("somebody who stops it", "E-003")
              .act("give it an end: spec.duration", commands.kubectl("edit", "experiment", name()));
    } else {
      finding =
          Finding.of(
                  Situation.EXPERIMENT_ENDLESS,
                  "it runs until somebody stops it, or an analysis goes wrong")
              .why("it has no duration, and no analysis is requiredForCompletion", "E-072")
              .awaits("somebody who stops it", "E-003")
              .act("give it an end: spec.duration", commands.kubectl("edit", "experiment", name()));
    }
    return analyses(finding).act("stop it", terminate());
  }

  private Finding timed(Instant start, Instant end, List<String> required) {
    if (end.isAfter(now) || required.isEmpty()) {
      boolean overdue = end.plus(Finding.OVERDUE).isBefore(now);
      return Finding.of(
              overdue ? Situation.CONTROLLER_NOT_ACTING : Situation.EXPERIMENT_RUNNING,
              overdue
                  ? "its duration is over, and no controller has ended it"
                  : "it runs until %s (%s)".formatted(Words.time(end, now), Words.away(end, now)))
          .why(
              "all templates are available since %s; its duration is %s"
                  .formatted(Words.time(start, now), Words.shown(spec.duration())),
              "E-054")
          .awaits("the end of its duration", end, now, "E-072");
    }
    return Finding.of(
            Situation.EXPERIMENT_AWAITS_ANALYSIS,
            "its duration is over; it waits for %s".formatted(String.join(", ", required)))
        .why("these analyses are requiredForCompletion", "E-053")
        .awaits("the required analyses to pass", "E-053");
  }

  // --- parts ---

  private Finding analyses(Finding finding) {
    for (ExperimentRunStatus each : status.analysisRuns()) {
      Optional<AnalysisRun> run = run(each.analysisRun());
      if (run.isPresent()) {
        RunLinks links = new RunLinks(run.get(), now);
        finding.links.add(links.link());
        if (!links.phase().isCompleted()) {
          for (Wait wait : links.waits()) {
            finding.waits.add(wait);
          }
        }
        finding.child(each.analysisRun());
      } else {
        finding.why(
            "analysis %s is %s%s"
                .formatted(
                    Words.quoted(each.name()),
                    each.phase() == null ? "not started" : each.phase().wireName(),
                    each.message().isEmpty() ? "" : ": " + Words.shown(each.message())),
            "E-033");
      }
    }
    return finding;
  }

  private Optional<AnalysisRun> run(String name) {
    return around.analysisRuns().stream()
        .filter(each -> each.metadata().name().equals(name) && isOurs(each.metadata()))
        .findFirst();
  }

  private boolean isOurs(ObjectMeta child) {
    return Owners.isControlledBy(child, experiment.metadata());
  }

  private List<ReplicaSet> replicaSets() {
    return around.replicaSets().stream().filter(each -> isOurs(each.metadata())).toList();
  }

  private Optional<VersionPods> pods(ExperimentTemplateStatus template) {
    return replicaSets().stream()
        .filter(each -> template.name().equals(each.annotation(RolloutKeys.EXPERIMENT_TEMPLATE)))
        .map(each -> new VersionPods(each, around, experiment.metadata().namespace(), now))
        .findFirst();
  }

  private List<Link> podLinks(ExperimentTemplateStatus template) {
    return pods(template).map(VersionPods::links).orElse(List.of());
  }

  private List<String> facts() {
    List<String> facts = new ArrayList<>();
    for (ExperimentTemplateStatus each : status.templateStatuses()) {
      facts.add(
          "template %s: %s, %d of %s available"
              .formatted(
                  Words.quoted(each.name()),
                  each.status() == null ? "not started" : each.status().wireName(),
                  each.availableReplicas(),
                  Words.many(wanted(each), "pod")));
    }
    return facts;
  }

  private List<String> unseen() {
    boolean blind =
        !around.complete()
            && status.phase() != null
            && !status.phase().isCompleted()
            && replicaSets().isEmpty();
    return blind
        ? List.of(
            "ReplicaSets: none of this experiment is given; what is said of pods is from the status: "
                + commands.get("rs,pods")
                + " -o yaml")
        : List.of();
  }
}
