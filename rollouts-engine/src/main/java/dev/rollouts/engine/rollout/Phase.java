package dev.rollouts.engine.rollout;

import dev.rollouts.api.Condition;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.RunReference;

/**
 * Phase and message of a rollout, which follow from spec and status alone.
 *
 * @param message why; empty when Healthy
 */
public record Phase(RolloutPhase phase, String message) {
  /** The phase of a status that is being written: the first row of the table that applies. */
  public static Phase of(Rollout rollout, RolloutStatus status) {
    for (Condition each : status.conditions()) {
      boolean invalid = each.type().equals(Conditions.INVALID_SPEC);
      if (invalid
          || each.reason().equals(Conditions.ABORTED)
          || each.reason().equals(Conditions.DEADLINE_EXCEEDED)) {
        return new Phase(
            RolloutPhase.DEGRADED,
            (invalid ? Conditions.INVALID_SPEC : each.reason()) + ": " + each.message());
      }
    }
    if (rollout.spec().paused()) {
      return new Phase(RolloutPhase.PAUSED, "manually paused");
    }
    if (!status.pauseConditions().isEmpty()) {
      return new Phase(RolloutPhase.PAUSED, status.pauseConditions().get(0).reason());
    }
    String why = progress(rollout, status);
    return why.isEmpty()
        ? new Phase(RolloutPhase.HEALTHY, "")
        : new Phase(RolloutPhase.PROGRESSING, why);
  }

  private static String progress(Rollout rollout, RolloutStatus status) {
    EffectiveRollout effective = EffectiveRollout.of(rollout.spec());
    var restartAt = rollout.spec().restartAt();
    if (restartAt != null && !restartAt.equals(status.restartedAt())) {
      return "rollout is restarting";
    }
    if (status.updatedReplicas() < effective.replicas()) {
      return "more replicas need to be updated";
    }
    if (status.availableReplicas() < status.updatedReplicas()) {
      return "updated replicas are still becoming available";
    }
    boolean isOver =
        !status.stableRS().isEmpty() && status.stableRS().equals(status.currentPodHash());
    BlueGreenStrategy blueGreen = effective.blueGreen();
    if (blueGreen != null) {
      String active = status.blueGreen().activeSelector();
      if (active.isEmpty() || !active.equals(status.currentPodHash())) {
        return "active service cutover pending";
      }
      if (isOver) {
        return "";
      }
      RunReference run = status.blueGreen().postPromotionAnalysisRunStatus();
      AnalysisPhase phase = run == null ? AnalysisPhase.PENDING : run.status();
      return blueGreen.postPromotionAnalysis() != null && !phase.isCompleted()
          ? "waiting for analysis to complete"
          : "waiting for post-promotion verification to complete";
    }
    if (!effective.isRouted() && status.replicas() > status.updatedReplicas()) {
      return "old replicas are pending termination";
    }
    return isOver ? "" : "waiting for all steps to complete";
  }
}
