package dev.rollouts.engine.explain;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RunReference;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.text.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Rollouts that somebody or something has paused. */
final class HeldUp {
  private final RolloutScene scene;

  HeldUp(RolloutScene scene) {
    this.scene = scene;
  }

  Optional<Finding> find() {
    if (scene.rollout.spec().paused()) {
      return Optional.of(byUser());
    }
    if (scene.isFullyPromoted()) {
      return Optional.empty();
    }
    List<PauseCondition> conditions = scene.status.pauseConditions();
    if (conditions.isEmpty()) {
      return scene.status.controllerPause() ? Optional.of(resumed()) : Optional.empty();
    }
    PauseCondition first = conditions.get(0);
    Finding finding =
        switch (first.reason()) {
          case PauseCondition.INCONCLUSIVE_ANALYSIS -> inconclusive(first);
          case PauseCondition.INCONCLUSIVE_EXPERIMENT -> inconclusiveExperiment(first);
          case PauseCondition.BLUE_GREEN_PAUSE -> blueGreen(first);
          default -> step(first);
        };
    return Optional.of(meanwhile(finding));
  }

  private Finding byUser() {
    boolean canary = scene.effective.canary() != null;
    Finding finding =
        Finding.of(
            Situation.PAUSED_BY_USER, "somebody has paused it: spec.paused is true" + where());
    finding.why(
        canary
            ? "no pods are scaled and no step ends, also when spec.replicas changes; traffic stays as it is"
            : "neither preview nor active Service is switched; pods are still scaled",
        canary ? "R-210" : "R-211");
    return finding
        .awaits("somebody who sets spec.paused to false", "R-210")
        .act("go on", scene.commands.promote())
        .act("mind GitOps: if the manifest in Git has paused: true, it comes back", "");
  }

  private String where() {
    return scene.isFullyPromoted()
        ? ", with no update under way"
        : "; %s stands%s".formatted(scene.newVersion(), scene.where());
  }

  private Finding resumed() {
    return Finding.of(
            Situation.RESUME_PENDING,
            "somebody ended the pause of %s%s, and the controller has not gone on yet"
                .formatted(scene.newVersion(), scene.where()))
        .why("pauseConditions were cleared, controllerPause is still true", "R-207")
        .awaits("the next decision", "R-464")
        .act("see what the controller says, if this lasts", scene.commands.controllerLogs());
  }

  // --- canary steps ---

  private Finding step(PauseCondition condition) {
    CanaryStep step = scene.step();
    Optional<Duration> duration =
        step == null || step.pause() == null
            ? Optional.empty()
            : EffectiveRollout.pauseDuration(step.pause());
    String since = "paused since " + scene.ago(condition.startTime());
    if (!scene.isStepKnown()) {
      return promotable(
          Finding.of(
                  Situation.PAUSE_STEP,
                  "%s is paused at one of its steps".formatted(scene.newVersion()))
              .why(since + " for " + Words.shown(condition.reason()), "R-205")
              .why("the status does not tell which step it is, nor for how long", "R-166")
              .awaits("the end of the pause, or somebody who promotes or aborts it", "R-205"));
    }
    if (duration.isEmpty()) {
      return promotable(
          Finding.of(
                  Situation.PAUSE_STEP,
                  "%s waits%s until somebody promotes it"
                      .formatted(scene.newVersion(), scene.where()))
              .why(
                  step == null || step.pause() == null
                      ? since + " for " + Words.shown(condition.reason())
                      : since + "; the step has no duration, so nothing else ends it",
                  "R-205")
              .awaits("somebody who promotes or aborts it", "R-205"));
    }
    Instant end = condition.startTime().plus(duration.get());
    if (end.plus(Finding.OVERDUE).isBefore(scene.now)) {
      return overdue(since, end);
    }
    return promotable(
        Finding.of(
                Situation.TIMED_PAUSE_STEP,
                "%s waits%s until %s".formatted(scene.newVersion(), scene.where(), scene.ago(end)))
            .why(since + " for " + Words.span(duration.get()), "R-205")
            .awaits(
                "the end of the pause, after which it goes on by itself", end, scene.now, "R-156"));
  }

  private Finding overdue(String since, Instant end) {
    return Finding.of(
            Situation.CONTROLLER_NOT_ACTING,
            "the pause of %s%s is over, and no controller has gone on"
                .formatted(scene.newVersion(), scene.where()))
        .why(since, "R-205")
        .awaits("the next decision, which goes on", end, scene.now, "R-156")
        .act("see whether the controller runs and what it says", scene.commands.controllerLogs());
  }

  private Finding promotable(Finding finding) {
    return finding
        .act("go on with the next step", scene.commands.promote())
        .act("skip everything that is left", scene.commands.promoteFull())
        .act("take the update back", scene.commands.abort());
  }

  // --- blue-green ---

  private Finding blueGreen(PauseCondition condition) {
    BlueGreenStrategy strategy = scene.effective.blueGreen();
    String since = "paused since " + scene.ago(condition.startTime());
    int seconds = strategy == null ? 0 : strategy.autoPromotionSeconds();
    if (!scene.effective.isAutoPromoted() || seconds <= 0) {
      return switchable(
          Finding.of(
                  Situation.BLUE_GREEN_PAUSE,
                  "%s is ready behind the preview and waits for somebody to promote it"
                      .formatted(scene.newVersion()))
              .why(since + "; autoPromotionEnabled is false", "R-269")
              .awaits("somebody who promotes or aborts it", "R-269"));
    }
    Instant end = condition.startTime().plusSeconds(seconds);
    if (end.plus(Finding.OVERDUE).isBefore(scene.now)) {
      return overdue(since, end);
    }
    return switchable(
        Finding.of(
                Situation.BLUE_GREEN_TIMED_PAUSE,
                "%s is ready behind the preview and is switched to after %s"
                    .formatted(scene.newVersion(), scene.ago(end)))
            .why(since + "; autoPromotionSeconds is " + seconds, "R-269")
            .awaits(
                "autoPromotionSeconds, after which it is promoted by itself",
                end,
                scene.now,
                "R-270"));
  }

  private Finding switchable(Finding finding) {
    BlueGreenStrategy strategy = scene.effective.blueGreen();
    if (strategy != null && strategy.previewReplicaCount() != null) {
      finding.why(
          "the preview has %s (previewReplicaCount) and grows to %d before the switch"
              .formatted(
                  Words.many(strategy.previewReplicaCount(), "pod"), scene.effective.replicas()),
          "R-267");
    }
    return finding
        .act("switch the active Service", scene.commands.promote())
        .act("take the update back", scene.commands.abort());
  }

  // --- analyses that could not tell ---

  private Finding inconclusive(PauseCondition condition) {
    Finding finding =
        Finding.of(
                Situation.INCONCLUSIVE_ANALYSIS,
                "%s waits%s as an analysis could not tell whether it is good"
                    .formatted(scene.newVersion(), scene.where()))
            .why(
                "paused since " + scene.ago(condition.startTime()) + "; no time ends this",
                "R-215");
    for (RunReference each : references()) {
      Optional<AnalysisRun> run = scene.run(each);
      if (run.isPresent()) {
        finding.links.add(new RunLinks(run.get(), scene.now).link());
        finding.child(each.name());
      } else {
        finding.why(
            "AnalysisRun %s is %s%s"
                .formatted(
                    Words.shown(each.name()),
                    each.status().wireName(),
                    each.message().isEmpty() ? "" : ": " + Words.shown(each.message())),
            "R-350");
      }
    }
    return decided(finding);
  }

  private Finding decided(Finding finding) {
    return finding
        .awaits("somebody who decides", "R-215")
        .act("it is good: go on", scene.commands.promote())
        .act("it is not: take the update back", scene.commands.abort())
        .act("go on and skip all checks that are left", scene.commands.promoteFull());
  }

  private List<RunReference> references() {
    List<RunReference> references = new ArrayList<>();
    references.add(scene.status.canary().currentStepAnalysisRunStatus());
    references.add(scene.status.canary().currentBackgroundAnalysisRunStatus());
    references.add(scene.status.blueGreen().prePromotionAnalysisRunStatus());
    references.add(scene.status.blueGreen().postPromotionAnalysisRunStatus());
    return references.stream()
        .filter(Objects::nonNull)
        .filter(
            each ->
                each.status() == AnalysisPhase.INCONCLUSIVE
                    || each.message().equals("Run Terminated"))
        .toList();
  }

  private Finding inconclusiveExperiment(PauseCondition condition) {
    return decided(
        Finding.of(
                Situation.INCONCLUSIVE_EXPERIMENT,
                "%s waits%s as its experiment could not tell whether it is good"
                    .formatted(scene.newVersion(), scene.where()))
            .why(
                "paused since " + scene.ago(condition.startTime()) + "; no time ends this",
                "R-215"));
  }

  /** What else is wrong while it waits. */
  private Finding meanwhile(Finding finding) {
    ReplicaSet fresh = scene.fresh().orElse(null);
    if (fresh != null && !scene.pods(fresh).areAvailable()) {
      finding.why(
          "meanwhile %s has %s".formatted(scene.newVersion(), scene.pods(fresh).counts()),
          "",
          scene.pods(fresh).links());
      scene.pods(fresh).advise(finding, scene.commands);
    }
    ReplicaSet stable = scene.stable().orElse(null);
    if (stable != null && !scene.pods(stable).areAvailable()) {
      finding.why(
          "meanwhile the stable version has " + scene.pods(stable).counts(),
          "",
          scene.pods(stable).links());
    }
    return finding;
  }
}
