package dev.rollouts.simulation.rollout;

import static dev.rollouts.simulation.rollout.RolloutInvariant.ANALYSIS_STEP_SUCCEEDED;
import static dev.rollouts.simulation.rollout.RolloutInvariant.CHANGES_HAVE_REASONS;
import static dev.rollouts.simulation.rollout.RolloutInvariant.COMPLETED_IS_FINAL;
import static dev.rollouts.simulation.rollout.RolloutInvariant.CONDITIONS_ARE_ORDERLY;
import static dev.rollouts.simulation.rollout.RolloutInvariant.EXPERIMENT_STEP_SUCCEEDED;
import static dev.rollouts.simulation.rollout.RolloutInvariant.NO_STEP_WHILE_ABORTED_OR_PAUSED;
import static dev.rollouts.simulation.rollout.RolloutInvariant.PAUSE_IS_HONOURED;
import static dev.rollouts.simulation.rollout.RolloutInvariant.PAUSE_START_IS_KEPT;
import static dev.rollouts.simulation.rollout.RolloutInvariant.PHASE_FITS;
import static dev.rollouts.simulation.rollout.RolloutInvariant.POST_PROMOTION_SUCCEEDED;
import static dev.rollouts.simulation.rollout.RolloutInvariant.PROMOTED_WHEN_AVAILABLE;
import static dev.rollouts.simulation.rollout.RolloutInvariant.STEPS_ADVANCE_BY_ONE;
import static dev.rollouts.simulation.rollout.RolloutInvariant.STEP_INDEX_IN_RANGE;
import static dev.rollouts.simulation.rollout.RolloutInvariant.WEIGHT_STEP_HAS_PODS;

import dev.rollouts.api.Condition;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the status says, and how it goes from one decision to the next. */
final class StatusChecks {
  private final Requirement require;

  StatusChecks(Requirement require) {
    this.require = require;
  }

  void check(Facts facts) {
    checkIndex(facts);
    checkCompletedStep(facts);
    checkPromotion(facts);
    checkPhase(facts);
    checkPauses(facts);
    checkConditions(facts);
    checkReasons(facts);
  }

  // -- steps

  private void checkIndex(Facts facts) {
    Integer index = facts.after.currentStepIndex();
    if (index == null || facts.after.equals(facts.before)) {
      return;
    }
    require.that(
        STEP_INDEX_IN_RANGE,
        index >= 0 && index <= facts.steps.size(),
        () -> "step index %d of %d".formatted(index, facts.steps.size()));
    Integer from = facts.before.currentStepIndex();
    if (from == null
        || !facts.isSameUpdate()
        || facts.isRollback()
        || facts.isPromoted()
        || facts.before.promoteFull()) {
      return;
    }
    require.that(
        STEPS_ADVANCE_BY_ONE,
        index <= from + 1,
        () -> "step index from %d to %d: %s".formatted(from, index, facts.after.message()));
  }

  private void checkCompletedStep(Facts facts) {
    int done = facts.completedStep();
    if (done < 0 || facts.before.promoteFull() || facts.isRollback() || facts.isPromoted()) {
      return;
    }
    require.that(
        NO_STEP_WHILE_ABORTED_OR_PAUSED,
        !facts.before.abort() && !facts.rollout.spec().paused(),
        () -> "step %d was completed, abort %s".formatted(done, facts.before.abort()));
    CanaryStep step = facts.steps.get(done);
    // Judged by the first that is present.
    if (step.pause() != null) {
      checkPauseStep(facts, step, done);
    } else if (step.setCanaryScale() == null && step.setWeight() != null) {
      checkWeightStep(facts, step.setWeight(), done);
    } else if (step.setCanaryScale() == null && step.experiment() != null) {
      require.that(
          EXPERIMENT_STEP_SUCCEEDED,
          hasSuccessfulExperiment(facts, done),
          () -> "step %d was completed with %s".formatted(done, facts.turn.seen().experiments()));
    } else if (step.setCanaryScale() == null && step.analysis() != null) {
      require.that(
          ANALYSIS_STEP_SUCCEEDED,
          hasSuccessfulRun(facts, "Step", Integer.toString(done)),
          () -> "step %d was completed with %s".formatted(done, runs(facts)));
    }
  }

  private void checkPauseStep(Facts facts, CanaryStep step, int done) {
    Optional<Duration> duration =
        step.pause() == null ? Optional.empty() : EffectiveRollout.pauseDuration(step.pause());
    boolean resumed =
        facts.before.controllerPause()
            && !facts.before.isPausedFor(PauseCondition.CANARY_PAUSE_STEP);
    boolean over = false;
    for (PauseCondition each : facts.before.pauseConditions()) {
      if (each.reason().equals(PauseCondition.CANARY_PAUSE_STEP) && duration.isPresent()) {
        over = facts.turn.now().isAfter(each.startTime().plus(duration.get()));
      }
    }
    boolean isOver = over;
    require.that(
        PAUSE_IS_HONOURED,
        resumed || isOver,
        () ->
            "pause step %d was completed at %s with %s"
                .formatted(done, facts.turn.now(), facts.before.pauseConditions()));
  }

  private void checkWeightStep(Facts facts, int weight, int done) {
    if (weight == 0 || facts.replicas == 0 || facts.hasOwnSizes()) {
      return;
    }
    ReplicaSet fresh = facts.fresh();
    int available = fresh == null ? 0 : fresh.available();
    int needed =
        facts.effective.isRouted()
            ? (int) (((long) weight * facts.replicas + facts.maxWeight - 1) / facts.maxWeight)
            : approximates(facts, weight) ? 1 : 0;
    require.that(
        WEIGHT_STEP_HAS_PODS,
        available >= needed,
        () ->
            "setWeight %d (step %d) was completed with %d of %d pods; %s"
                .formatted(weight, done, available, needed, facts.sizes()));
  }

  /** Whether the closest division of whole pods gives the canary any. */
  private static boolean approximates(Facts facts, int weight) {
    return facts.replicas >= 2
        && (facts.effective.maxSurge() > 0
            || (long) facts.replicas * (facts.maxWeight - weight) * 2 != facts.maxWeight);
  }

  private static boolean hasSuccessfulRun(Facts facts, String type, String step) {
    for (AnalysisRun run : facts.turn.seen().analysisRuns()) {
      if (run.statusOrPending().phase() == AnalysisPhase.SUCCESSFUL
          && run.metadata().controllerUid().equals(facts.rollout.metadata().uid())
          && type.equals(run.metadata().labels().get(RolloutKeys.RUN_TYPE))
          && (step.isEmpty() || step.equals(run.metadata().labels().get(RolloutKeys.STEP_INDEX)))
          && facts
              .before
              .currentPodHash()
              .equals(run.metadata().labels().get(RolloutKeys.POD_TEMPLATE_HASH))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasSuccessfulExperiment(Facts facts, int step) {
    for (Experiment each : facts.turn.seen().experiments()) {
      if (each.statusOrEmpty().phase() == AnalysisPhase.SUCCESSFUL
          && each.metadata().controllerUid().equals(facts.rollout.metadata().uid())
          && each.metadata().name().contains(facts.before.currentPodHash())
          && (each.metadata().name() + "-").contains("-" + step + "-")) {
        return true;
      }
    }
    return false;
  }

  private static List<String> runs(Facts facts) {
    return facts.turn.seen().analysisRuns().stream()
        .map(each -> each.metadata().name() + " " + each.statusOrPending().phase())
        .toList();
  }

  // -- promotion

  private void checkPromotion(Facts facts) {
    RolloutStatus before = facts.before;
    RolloutStatus after = facts.after;
    if (!before.stableRS().isEmpty()
        && before.currentPodHash().equals(before.stableRS())
        && before.currentPodHash().equals(after.currentPodHash())) {
      require.that(
          COMPLETED_IS_FINAL,
          after.stableRS().equals(before.stableRS()),
          () -> "stable went from %s to %s".formatted(before.stableRS(), after.stableRS()));
    }
    if (before.stableRS().isEmpty() || after.stableRS().equals(before.stableRS())) {
      return;
    }
    int available = facts.available(after.stableRS());
    CanaryStrategy canary = facts.effective.canary();
    if (canary != null && canary.replicaProgressThreshold() == null) {
      require.that(
          PROMOTED_WHEN_AVAILABLE,
          available >= facts.replicas,
          () ->
              "%s became stable with %d of %d pods available; %s"
                  .formatted(after.stableRS(), available, facts.replicas, facts.sizes()));
    }
    BlueGreenStrategy blueGreen = facts.effective.blueGreen();
    if (blueGreen != null
        && blueGreen.postPromotionAnalysis() != null
        && !blueGreen.postPromotionAnalysis().templates().isEmpty()
        && !before.promoteFull()
        && !facts.isRollback()) {
      require.that(
          POST_PROMOTION_SUCCEEDED,
          hasSuccessfulRun(facts, "PostPromotion", ""),
          () -> "%s became stable with %s".formatted(after.stableRS(), runs(facts)));
    }
  }

  // -- the rest of the status

  private void checkPhase(Facts facts) {
    RolloutStatus after = facts.after;
    if (after.phase() == null || after.equals(facts.before) || facts.createsRevision()) {
      return;
    }
    boolean invalid = after.condition("InvalidSpec").isPresent();
    if (invalid) {
      require.that(
          PHASE_FITS,
          after.phase() == RolloutPhase.DEGRADED,
          () -> "phase %s with an invalid spec".formatted(after.phase()));
    } else if (after.abort()
        && !facts.isPromoted()
        && after
            .condition("Progressing")
            .filter(each -> each.reason().equals("RolloutAborted"))
            .isPresent()) {
      require.that(
          PHASE_FITS,
          after.phase() == RolloutPhase.DEGRADED,
          () -> "phase %s while aborted".formatted(after.phase()));
    } else if (after.phase() == RolloutPhase.HEALTHY) {
      require.that(
          PHASE_FITS,
          facts.isPromoted()
              && after.pauseConditions().isEmpty()
              && !facts.rollout.spec().paused()
              && after.availableReplicas() >= after.updatedReplicas(),
          () -> "Healthy with %s; %s".formatted(after.pauseConditions(), facts.sizes()));
    } else if (after.phase() == RolloutPhase.PAUSED) {
      require.that(
          PHASE_FITS,
          !after.pauseConditions().isEmpty() || facts.rollout.spec().paused(),
          () -> "Paused without a pause: " + after.message());
    }
  }

  private void checkPauses(Facts facts) {
    for (PauseCondition each : facts.after.pauseConditions()) {
      for (PauseCondition old : facts.before.pauseConditions()) {
        if (old.reason().equals(each.reason()) && facts.isSameUpdate()) {
          require.that(
              PAUSE_START_IS_KEPT,
              old.startTime().equals(each.startTime())
                  || facts.completedStep() >= 0
                  || !old.reason().equals(PauseCondition.CANARY_PAUSE_STEP),
              () -> "%s became %s".formatted(old, each));
        }
      }
    }
  }

  private void checkConditions(Facts facts) {
    if (facts.after.conditions().equals(facts.before.conditions())) {
      return;
    }
    List<Condition> all = facts.after.conditions();
    for (int i = 0; i < all.size(); i++) {
      Condition each = all.get(i);
      for (int j = i + 1; j < all.size(); j++) {
        Condition other = all.get(j);
        require.that(
            CONDITIONS_ARE_ORDERLY,
            !each.type().equals(other.type()),
            () -> "two conditions of one type: %s and %s".formatted(each, other));
      }
      facts
          .before
          .condition(each.type())
          .filter(old -> old.status().equals(each.status()))
          .ifPresent(
              old ->
                  require.that(
                      CONDITIONS_ARE_ORDERLY,
                      old.lastTransitionTime().equals(each.lastTransitionTime()),
                      () -> "%s became %s".formatted(old, each)));
    }
  }

  private void checkReasons(Facts facts) {
    Instant abortedAt = facts.after.abortedAt();
    boolean aborted = abortedAt != null && facts.before.abortedAt() == null;
    boolean promoted = !facts.after.stableRS().equals(facts.before.stableRS());
    boolean completed = facts.completedStep() >= 0 && !facts.before.promoteFull();
    if (completed || aborted || promoted) {
      require.that(
          CHANGES_HAVE_REASONS,
          !facts.turn.decision().reasons().isEmpty(),
          () -> "no reason for the change from %s to %s".formatted(facts.before, facts.after));
    }
  }
}
