package dev.rollouts.engine.explain;

import dev.rollouts.api.Condition;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.text.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** Updates that were aborted: by whom or what, and what is left of them. */
final class Aborts {
  private final RolloutScene scene;

  Aborts(RolloutScene scene) {
    this.scene = scene;
  }

  Optional<Finding> find() {
    Optional<String> told =
        scene
            .condition(RolloutScene.PROGRESSING)
            .filter(each -> each.reason().equals(RolloutScene.ABORTED))
            .map(Condition::message);
    if (scene.status.abort() && !scene.isFullyPromoted()) {
      return Optional.of(told.map(this::aborted).orElseGet(this::pending));
    }
    if (told.isPresent() && !scene.status.abort()) {
      return Optional.of(
          Finding.of(
                  Situation.RETRY_PENDING,
                  "somebody asked for another try of %s, and the controller has not begun yet"
                      .formatted(scene.newVersion()))
              .why("status.abort was cleared; the condition still tells of the abort", "R-213")
              .why(Words.shown(told.get()), "R-227")
              .awaits("the next decision, which begins again with the first step", "R-213")
              .act("see what the controller says, if this lasts", scene.commands.controllerLogs()));
    }
    return Optional.empty();
  }

  private Finding pending() {
    return Finding.of(
            Situation.ABORT_PENDING,
            "somebody asked to abort the update to %s, and the controller has not done so yet"
                .formatted(scene.newVersion()))
        .why(
            "status.abort is set; the condition Progressing does not tell of an abort yet", "R-225")
        .awaits("the next decision, which takes traffic and pods back", "R-226")
        .act("see what the controller says, if this lasts", scene.commands.controllerLogs());
  }

  private Finding aborted(String message) {
    String rest = reason(message);
    Situation situation = situation(rest);
    Finding finding =
        Finding.of(
            situation,
            "the update to %s was aborted%s".formatted(scene.newVersion(), by(situation)));
    Instant at = scene.status.abortedAt();
    finding.why(
        "aborted" + (at == null ? "" : " since " + scene.ago(at)) + ": " + Words.shown(message),
        "R-227");
    blame(finding, situation);
    remains(finding);
    finding.why(
        "an aborted update stays Degraded although the stable version serves: the spec still asks for %s"
            .formatted(scene.newVersion()),
        "R-228");
    finding.awaits(
        "somebody who decides: another try, another version, or the stable one", "R-236");
    if (situation == Situation.ABORTED_BY_PROGRESS_DEADLINE) {
      scene.fresh().ifPresent(fresh -> scene.pods(fresh).advise(finding, scene.commands));
    }
    return finding
        .act(
            "to be Healthy again with the stable version: put its template back",
            scene.commands.undo())
        .act("or deliver a version that is mended", scene.commands.setImage())
        .act("or try the same version again, from the first step", scene.commands.retry());
  }

  /** What comes after {@code Rollout aborted update to revision 2: }; empty when nothing does. */
  private static String reason(String message) {
    int revision = message.indexOf("update to revision");
    int colon = message.indexOf(": ", Math.max(0, revision));
    return colon < 0 ? "" : message.substring(colon + 2);
  }

  private Situation situation(String reason) {
    if (reason.isEmpty()) {
      return Situation.ABORTED_BY_USER;
    }
    if (reason.contains("timed out progressing")) {
      return Situation.ABORTED_BY_PROGRESS_DEADLINE;
    }
    if (reason.startsWith("Step Plugin")) {
      return Situation.ABORTED_BY_STEP_PLUGIN;
    }
    if (reason.startsWith("Experiment")) {
      return Situation.ABORTED_BY_EXPERIMENT;
    }
    String type =
        reason.startsWith("Step-based analysis")
            ? "Step"
            : reason.startsWith("Background analysis")
                ? "Background"
                : reason.contains("pre-promotion analysis")
                    ? "PrePromotion"
                    : reason.contains("post-promotion analysis")
                        ? "PostPromotion"
                        : failedRun("").map(Aborts::type).orElse("");
    return switch (type) {
      case "Step" -> Situation.ABORTED_BY_STEP_ANALYSIS;
      case "Background" -> Situation.ABORTED_BY_BACKGROUND_ANALYSIS;
      case "PrePromotion" -> Situation.ABORTED_BY_PRE_PROMOTION_ANALYSIS;
      case "PostPromotion" -> Situation.ABORTED_BY_POST_PROMOTION_ANALYSIS;
      default -> Situation.ABORTED;
    };
  }

  private static String type(AnalysisRun run) {
    return run.metadata().labels().getOrDefault(RolloutKeys.RUN_TYPE, "");
  }

  private static String by(Situation situation) {
    return switch (situation) {
      case ABORTED_BY_USER -> " by somebody";
      case ABORTED_BY_STEP_ANALYSIS -> " as the analysis of a step went wrong";
      case ABORTED_BY_BACKGROUND_ANALYSIS -> " as the analysis in the background went wrong";
      case ABORTED_BY_PRE_PROMOTION_ANALYSIS -> " as the analysis before the switch went wrong";
      case ABORTED_BY_POST_PROMOTION_ANALYSIS -> " as the analysis after the switch went wrong";
      case ABORTED_BY_EXPERIMENT -> " as its experiment went wrong";
      case ABORTED_BY_STEP_PLUGIN -> " as a step plugin failed";
      case ABORTED_BY_PROGRESS_DEADLINE -> " as it made no progress within the progress deadline";
      default -> "; by which check, the status does not tell";
    };
  }

  /** The youngest run of the new version that went wrong, of a type or of any. */
  private Optional<AnalysisRun> failedRun(String type) {
    return scene.runs.stream()
        .filter(each -> type.isEmpty() || type(each).equals(type))
        .filter(
            each ->
                scene
                    .status
                    .currentPodHash()
                    .equals(each.metadata().labels().get(RolloutKeys.POD_TEMPLATE_HASH)))
        .filter(
            each ->
                each.statusOrPending().phase() == AnalysisPhase.FAILED
                    || each.statusOrPending().phase() == AnalysisPhase.ERROR)
        .max(
            Comparator.comparing(
                each ->
                    Optional.ofNullable(each.metadata().creationTimestamp())
                        .orElse(Instant.EPOCH)));
  }

  private void blame(Finding finding, Situation situation) {
    String type =
        switch (situation) {
          case ABORTED_BY_STEP_ANALYSIS -> "Step";
          case ABORTED_BY_BACKGROUND_ANALYSIS -> "Background";
          case ABORTED_BY_PRE_PROMOTION_ANALYSIS -> "PrePromotion";
          case ABORTED_BY_POST_PROMOTION_ANALYSIS -> "PostPromotion";
          default -> "none";
        };
    failedRun(type)
        .ifPresent(
            run -> {
              finding.links.add(new RunLinks(run, scene.now).link());
              finding.child(run.metadata().name());
            });
    if (situation == Situation.ABORTED_BY_PROGRESS_DEADLINE) {
      finding.why(
          "progressDeadlineAbort is set, and %s went by without progress"
              .formatted(Words.span(scene.effective.progressDeadline())),
          "R-390");
      scene.fresh().ifPresent(fresh -> finding.why(scene.pods(fresh).links()));
    }
    if (situation == Situation.ABORTED_BY_EXPERIMENT) {
      scene.experiments.stream()
          .filter(
              each ->
                  each.statusOrEmpty().phase() == AnalysisPhase.FAILED
                      || each.statusOrEmpty().phase() == AnalysisPhase.ERROR)
          .reduce((first, second) -> second)
          .ifPresent(each -> finding.links.add(experiment(each)));
    }
  }

  private Link experiment(Experiment experiment) {
    Account account = Account.of(experiment, scene.around, scene.now);
    return Link.of(
        "Experiment %s: %s".formatted(account.name(), account.summary()),
        "R-373",
        account.causes());
  }

  /** Traffic and pods that the aborted version still has. */
  private void remains(Finding finding) {
    TrafficWeights weights = scene.status.canary().weights();
    if (weights != null && weights.canary().weight() > 0) {
      finding
          .why(
              "it still gets %d of the traffic, which goes back as the stable version has pods for it"
                  .formatted(weights.canary().weight()),
              "R-122")
          .awaits("the traffic to be back with the stable version", "R-122");
      scene
          .stable()
          .filter(each -> !scene.pods(each).areAvailable())
          .ifPresent(
              each ->
                  finding.why(
                      "the stable version has " + scene.pods(each).counts(),
                      "R-122",
                      scene.pods(each).links()));
    }
    ReplicaSet fresh = scene.fresh().orElse(null);
    if (fresh == null || fresh.replicas() == 0) {
      return;
    }
    Optional<Duration> delay = scene.effective.abortScaleDownDelay();
    Optional<Instant> deadline =
        ObjectTrees.time(fresh.annotation(RolloutKeys.SCALE_DOWN_DEADLINE));
    if (delay.isEmpty()) {
      finding.why(
          "its %s stay: abortScaleDownDelaySeconds is 0"
              .formatted(Words.many(fresh.replicas(), "pod")),
          "R-232");
    } else if (deadline.isPresent()) {
      finding
          .why(
              "its %s stay for abortScaleDownDelaySeconds (%s)"
                  .formatted(Words.many(fresh.replicas(), "pod"), Words.span(delay.get())),
              "R-230")
          .awaits("its pods to be scaled down", deadline.get(), scene.now, "R-230");
    } else {
      finding
          .why("it still has " + Words.many(fresh.replicas(), "pod"), "R-229")
          .awaits(
              "its pods to be scaled down, once the stable version has all of its own", "R-229");
    }
  }
}
