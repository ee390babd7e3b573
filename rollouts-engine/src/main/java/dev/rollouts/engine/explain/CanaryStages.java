package dev.rollouts.engine.explain;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.ReplicaProgressThreshold;
import dev.rollouts.api.rollout.RunReference;
import dev.rollouts.api.rollout.StepPluginStatus;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.analysis.explain.Wait;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.text.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Canaries in the middle of an update: which step, and what it waits for. */
final class CanaryStages {
  private final RolloutScene scene;
  private final PodWaits waits;

  CanaryStages(RolloutScene scene) {
    this.scene = scene;
    this.waits = new PodWaits(scene);
  }

  Optional<Finding> find() {
    if (scene.effective.canary() == null
        || scene.isFullyPromoted()
        || scene.status.stableRS().isEmpty()) {
      return Optional.empty();
    }
    Finding finding = stage();
    threshold(finding);
    background(finding);
    return Optional.of(finding);
  }

  private Finding stage() {
    if (scene.status.promoteFull()) {
      return whole(
              Situation.FULL_PROMOTION,
              "%s is being promoted in full and waits for its pods".formatted(scene.newVersion()),
              "R-258")
          .why("somebody asked to skip all steps, pauses and checks that are left", "R-258");
    }
    if (isWithinRollbackWindow()) {
      return whole(
              Situation.ROLLBACK_WITHIN_WINDOW,
              "%s goes back to a version within the rollback window and waits for its pods"
                  .formatted(scene.newVersion()),
              "R-063")
          .why("no step, pause or analysis is gone through, and it cannot be aborted", "R-065");
    }
    Optional<Finding> stable = stableMissing();
    if (stable.isPresent()) {
      return stable.get();
    }
    CanaryStep step = scene.step();
    if (step != null && step.pause() == null && step.setWeight() == null) {
      if (step.experiment() != null) {
        return experiment();
      }
      if (step.analysis() != null) {
        return analysis();
      }
      if (step.plugin() != null && step.setCanaryScale() == null) {
        return plugin();
      }
    }
    return pods(step);
  }

  /** Whether an older version comes back that is near enough to skip the steps. */
  private boolean isWithinRollbackWindow() {
    var window = scene.rollout.spec().rollbackWindow();
    Instant from = scene.fresh().map(each -> each.metadata().creationTimestamp()).orElse(null);
    Instant to = scene.stable().map(each -> each.metadata().creationTimestamp()).orElse(null);
    if (window == null || from == null || to == null || !from.isBefore(to)) {
      return false;
    }
    long between =
        scene.sets.stream()
            .map(each -> each.metadata().creationTimestamp())
            .filter(at -> at != null && at.isAfter(from) && at.isBefore(to))
            .count();
    return between < window.revisions();
  }

  // --- stable ---

  /** A stable version that lacks pods holds the traffic and often the sizes (R-127, pain 9). */
  private Optional<Finding> stableMissing() {
    Optional<Reason> held = scene.decision.said("R-127");
    ReplicaSet stable = scene.stable().orElse(null);
    if (stable == null || scene.pods(stable).areAvailable()) {
      return Optional.empty();
    }
    boolean waitsForFresh =
        scene.fresh().filter(each -> !scene.pods(each).areAvailable()).isPresent();
    boolean blocks = held.isPresent() || (!waitsForFresh && !isAtWaitingStep());
    if (!blocks) {
      return Optional.empty();
    }
    Finding finding =
        waits.forPods(
            stable,
            Situation.STABLE_NOT_AVAILABLE,
            "the stable version (%s)".formatted(RolloutScene.version(stable)),
            "%s stands%s as the stable version lacks pods"
                .formatted(scene.newVersion(), scene.where()),
            held.isPresent() ? "R-127" : "R-152");
    held.ifPresent(
        each ->
            finding.why(
                "no weight is changed while stable has fewer pods than its share of the traffic needs: %s available, %s needed"
                    .formatted(
                        each.facts().get("stableAvailable"), each.facts().get("stableNeeded")),
                "R-127"));
    return Optional.of(
        finding
            .act("mend what the stable pods lack")
            .act(
                "or, if only the new version can mend it, deliver it without steps",
                scene.commands.promoteFull())
            .act("or go back to a version that works", scene.commands.undo()));
  }

  private boolean isAtWaitingStep() {
    CanaryStep step = scene.step();
    return step != null
        && (step.analysis() != null || step.experiment() != null || step.plugin() != null);
  }

  // --- pods and weights ---

  private Finding pods(@Nullable CanaryStep step) {
    ReplicaSet fresh = scene.fresh().orElse(null);
    List<ReplicaSet> others = scene.othersWithPods();
    if (fresh != null && fresh.replicas() > 0 && !scene.pods(fresh).areAvailable()) {
      return waits.escapable(
          waits.forPods(
              fresh,
              plain(step),
              scene.newVersion(),
              "%s waits%s for its pods".formatted(scene.newVersion(), scene.where()),
              rule(step)));
    }
    Optional<Finding> older = superseded(others);
    if (older.isPresent()) {
      return older.get();
    }
    Optional<Reason> routes = scene.decision.said("T-430");
    if (routes.isPresent()) {
      return Finding.of(
              Situation.WAITING_FOR_ROUTES,
              "%s stands%s until its routes are in force"
                  .formatted(scene.newVersion(), scene.where()))
          .why(
              "the router waits for "
                  + Words.shown(String.valueOf(routes.get().facts().get("waitingFor"))),
              "T-430")
          .awaits("the routes", "T-430")
          .act("take the update back", scene.commands.abort());
    }
    if (scene.isDeadlineExceeded()) {
      return waits.escapable(
          waits.byStatus(
              Situation.PROGRESS_DEADLINE_EXCEEDED,
              "%s stands%s and made no progress for too long"
                  .formatted(scene.newVersion(), scene.where()),
              counts(),
              rule(step)));
    }
    if (fresh == null && scene.decision.decision() == null && isShort()) {
      return waits.escapable(
          waits.byStatus(
              plain(step),
              "%s waits%s for its pods".formatted(scene.newVersion(), scene.where()),
              counts(),
              rule(step)));
    }
    return moving(step);
  }

  private Situation plain(@Nullable CanaryStep step) {
    return step != null && step.setCanaryScale() != null
        ? Situation.WAITING_FOR_CANARY_SCALE
        : Situation.WAITING_FOR_CANARY_PODS;
  }

  private static String rule(@Nullable CanaryStep step) {
    if (step == null) {
      return "R-190";
    }
    return step.setCanaryScale() != null ? "R-154" : step.pause() != null ? "R-205" : "R-155";
  }

  private boolean isShort() {
    return scene.status.availableReplicas() < scene.status.replicas()
        || scene.status.updatedReplicas() == 0;
  }

  private String counts() {
    return "%s of the new version, %d of all versions, %d of these available"
        .formatted(
            Words.many(scene.status.updatedReplicas(), "pod"),
            scene.status.replicas(),
            scene.status.availableReplicas());
  }

  /** A version between stable and new still has pods. */
  private Optional<Finding> superseded(List<ReplicaSet> others) {
    if (others.isEmpty() || scene.effective.isRouted()) {
      return Optional.empty();
    }
    String who = others.stream().map(RolloutScene::version).collect(Collectors.joining(", "));
    Finding finding =
        Finding.of(
                Situation.SUPERSEDED_PODS_TERMINATING,
                "%s stands%s until the pods of %s, which it superseded, are gone"
                    .formatted(scene.newVersion(), scene.where(), who))
            .awaits("the pods of " + who + " to go", "R-152");
    for (ReplicaSet each : others) {
      finding.why(
          "%s has %s; they go only as fast as enough others are available"
              .formatted(RolloutScene.version(each), Words.many(each.status().replicas(), "pod")),
          "R-090",
          scene.pods(each).links());
    }
    waits.deadline(finding);
    return Optional.of(finding.act("take the update back", scene.commands.abort()));
  }

  private Finding moving(@Nullable CanaryStep step) {
    Finding finding =
        Finding.of(
            Situation.MOVING,
            "%s goes on%s; nothing is known to hold it"
                .formatted(scene.newVersion(), scene.where()));
    finding.why(counts(), rule(step));
    finding.awaits("the next decision", rule(step));
    waits.deadline(finding);
    return finding;
  }

  private Finding whole(Situation situation, String what, String rule) {
    ReplicaSet fresh = scene.fresh().orElse(null);
    Finding finding =
        fresh == null
            ? waits.byStatus(situation, what, counts(), rule)
            : waits.forPods(fresh, situation, scene.newVersion(), what, rule);
    return finding.act("deliver another version", scene.commands.setImage());
  }

  private void threshold(Finding finding) {
    ReplicaProgressThreshold threshold =
        scene.effective.canary() == null
            ? null
            : scene.effective.canary().replicaProgressThreshold();
    boolean pods =
        finding.situation == Situation.WAITING_FOR_CANARY_PODS
            || finding.situation == Situation.WAITING_FOR_CANARY_SCALE;
    if (threshold != null && pods) {
      finding.why(
          "replicaProgressThreshold wants %d%s of the pods that the step is to have"
              .formatted(threshold.value(), threshold.type().equals("Percent") ? " percent" : ""),
          "R-153");
    }
  }

  /** A background run is told beside whatever else holds it. */
  private void background(Finding finding) {
    RunReference reference = scene.status.canary().currentBackgroundAnalysisRunStatus();
    if (reference != null && !reference.status().isCompleted()) {
      finding.why(
          "an analysis runs in the background and aborts the update if it goes wrong: AnalysisRun %s is %s"
              .formatted(Words.shown(reference.name()), reference.status().wireName()),
          "R-350");
    }
  }

  // --- analysis ---

  private Finding analysis() {
    RunReference reference = scene.status.canary().currentStepAnalysisRunStatus();
    AnalysisRun run = scene.run(reference).orElse(null);
    if (reference == null) {
      return ended(
          Finding.of(
                  Situation.STEP_ANALYSIS_NOT_STARTED,
                  "%s is about to start the analysis of %s"
                      .formatted(scene.newVersion(), scene.stepName()))
              .why("the status names no run of this step yet", "R-345")
              .awaits("the next decision, which makes the run", "R-340"));
    }
    String what =
        "%s stands%s until its analysis has an outcome"
            .formatted(scene.newVersion(), scene.where());
    if (run == null) {
      return ended(
          Finding.of(Situation.STEP_ANALYSIS_RUNNING, what)
              .why(
                  "AnalysisRun %s is %s%s"
                      .formatted(
                          Words.shown(reference.name()),
                          reference.status().wireName(),
                          reference.message().isEmpty()
                              ? ""
                              : ": " + Words.shown(reference.message())),
                  "R-350")
              .awaits("the run to end", "R-157")
              .act(
                  "explain the run as well: add it to the input",
                  scene.commands.kubectl("get", "analysisrun", reference.name()) + " -o yaml"));
    }
    RunLinks links = new RunLinks(run, scene.now);
    Finding finding = Finding.of(situation(links), what + detail(links));
    finding.links.add(links.link());
    finding.awaits(links.waits());
    finding.awaits("the run to end", "R-157");
    return ended(finding.child(reference.name()));
  }

  private static Situation situation(RunLinks links) {
    if (links.hasNoData()) {
      return Situation.STEP_ANALYSIS_WITHOUT_DATA;
    }
    if (links.isErroring()) {
      return Situation.STEP_ANALYSIS_ERRORING;
    }
    if (links.isNotStarted()) {
      return Situation.STEP_ANALYSIS_NOT_STARTED;
    }
    return links.isEndless() ? Situation.STEP_ANALYSIS_ENDLESS : Situation.STEP_ANALYSIS_RUNNING;
  }

  private static String detail(RunLinks links) {
    return switch (situation(links)) {
      case STEP_ANALYSIS_WITHOUT_DATA -> "; a metric finds no data";
      case STEP_ANALYSIS_ERRORING -> "; a metric ends in errors";
      case STEP_ANALYSIS_NOT_STARTED -> ", and nobody has begun it";
      case STEP_ANALYSIS_ENDLESS -> ", which it never will: a metric has an interval and no count";
      default -> "";
    };
  }

  private Finding ended(Finding finding) {
    return finding
        .act("go on without waiting for it", scene.commands.promote())
        .act("take the update back", scene.commands.abort());
  }

  // --- experiment ---

  private Finding experiment() {
    String name = scene.status.canary().currentExperiment();
    Experiment experiment = scene.experiment(name).orElse(null);
    String stands = "%s stands%s".formatted(scene.newVersion(), scene.where());
    if (name.isEmpty()) {
      return ended(
          Finding.of(
                  Situation.EXPERIMENT_STEP_NOT_STARTED,
                  stands + " and is about to start its experiment")
              .why("the status names no experiment of this step yet", "R-372")
              .awaits("the next decision, which makes the experiment", "R-372"));
    }
    if (experiment == null) {
      return ended(
          Finding.of(
                  Situation.EXPERIMENT_STEP_RUNNING,
                  stands + " until its experiment has an outcome")
              .why("the experiment is " + Words.shown(name), "R-373")
              .awaits("the experiment to end", "R-158")
              .act(
                  "explain the experiment as well: add it to the input",
                  scene.commands.kubectl("get", "experiment", name) + " -o yaml"));
    }
    Account account = Account.of(experiment, scene.around, scene.now);
    boolean pods =
        account.situation() == Situation.EXPERIMENT_TEMPLATE_PODS
            || account.situation() == Situation.EXPERIMENT_STARTING;
    Finding finding =
        Finding.of(
                pods ? Situation.EXPERIMENT_STEP_PODS : Situation.EXPERIMENT_STEP_RUNNING,
                stands
                    + (pods
                        ? " until the pods of its experiment are available"
                        : " until its experiment has an outcome"))
            .why(
                "Experiment %s: %s".formatted(account.name(), account.summary()),
                "R-373",
                account.causes())
            .awaits(account.waits());
    return ended(finding.awaits("the experiment to end", "R-158"));
  }

  // --- plugin ---

  private Finding plugin() {
    StepPluginStatus entry =
        scene.status.canary().stepPluginStatuses().stream()
            .filter(each -> each.index() == scene.stepIndex() && each.operation().equals("Run"))
            .reduce((first, second) -> second)
            .orElse(null);
    boolean error = entry != null && entry.phase().equals("Error");
    Finding finding =
        Finding.of(
            error ? Situation.STEP_PLUGIN_ERROR : Situation.STEP_PLUGIN_RUNNING,
            "%s stands%s until the plugin is done%s"
                .formatted(scene.newVersion(), scene.where(), error ? "; it ends in errors" : ""));
    if (entry == null) {
      return ended(
          finding
              .why("the plugin has not answered yet", "R-555")
              .awaits("the first call of the plugin", "R-555"));
    }
    finding.why(
        "called %s; the last answer: %s%s"
            .formatted(
                Words.many(entry.executions(), "time"),
                Words.shown(entry.phase()),
                entry.message().isEmpty() ? "" : ": " + Words.shown(entry.message())),
        "R-556");
    Instant last = entry.updatedAt();
    Optional<Duration> backoff = GoDuration.tryParse(entry.backoff());
    if (last != null && backoff.isPresent()) {
      finding.awaits(
          List.of(
              new Wait(
                  "",
                  "the next call of the plugin",
                  last.plus(backoff.get()),
                  last.plus(backoff.get()).plus(Finding.OVERDUE).isBefore(scene.now),
                  "R-557")));
    }
    return ended(finding.awaits("the plugin to say Successful or Failed", "R-558"));
  }
}
