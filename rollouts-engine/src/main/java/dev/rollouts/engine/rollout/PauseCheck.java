package dev.rollouts.engine.rollout;

import dev.rollouts.api.Condition;
import dev.rollouts.api.rollout.CanaryStatus;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.StepPluginStatus;
import dev.rollouts.engine.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings the conditions in line with what people asked for, before anything else. */
final class PauseCheck {
  private PauseCheck() {}

  /** The status with other conditions; empty when they are as they should be. */
  static Optional<RolloutStatus> of(Turn turn) {
    RolloutStatus before = turn.before;
    if (!before.observedGeneration().equals(Long.toString(turn.rollout.metadata().generation()))) {
      return Optional.empty();
    }
    Conditions conditions = new Conditions(turn);
    boolean paused = !before.pauseConditions().isEmpty() || turn.rollout.spec().paused();
    Condition progressing = conditions.get(Conditions.PROGRESSING);
    String reason = progressing == null ? "" : progressing.reason();
    boolean isOver =
        !before.stableRS().isEmpty() && before.stableRS().equals(before.currentPodHash());
    boolean aborted = reason.equals(Conditions.ABORTED);
    if (progressing != null
        && reason.equals(Conditions.ROLLOUT_PAUSED) != paused
        && !aborted
        && !isOver) {
      conditions.set(
          Conditions.PROGRESSING,
          Condition.UNKNOWN,
          paused ? Conditions.ROLLOUT_PAUSED : "RolloutResumed",
          paused ? "Rollout is paused" : "Rollout is resumed");
    }
    boolean retries = !before.abort() && aborted;
    if (retries) {
      conditions.set(
          Conditions.PROGRESSING,
          Condition.UNKNOWN,
          "RolloutRetry",
          "Retrying Rollout after abort");
    }
    Condition pause = conditions.get(Conditions.PAUSED);
    if ((pause != null && pause.isTrue()) != paused && !aborted) {
      conditions.set(
          Conditions.PAUSED,
          paused ? Condition.TRUE : Condition.FALSE,
          Conditions.ROLLOUT_PAUSED,
          "Rollout is paused");
    }
    if (conditions.list().equals(before.conditions())) {
      return Optional.empty();
    }
    turn.reason("R-213", Reason.ROLLOUT, "paused", paused);
    RolloutStatus next = before.toBuilder().conditions(conditions.list()).build();
    if (retries) { // whatever step it goes on from
      next = next.toBuilder().canary(withoutEarlierAttempt(before.canary())).build();
    }
    next = next.toBuilder().duration(Durations.after(turn, next, false, null)).build();
    Phase phase = Phase.of(turn.rollout, next);
    return Optional.of(next.toBuilder().phase(phase.phase()).message(phase.message()).build());
  }

  private static CanaryStatus withoutEarlierAttempt(CanaryStatus canary) {
    List<StepPluginStatus> statuses = new ArrayList<>(canary.stepPluginStatuses());
    statuses.removeIf(StepPlugins.stale(canary.stepPluginStatuses()));
    return new CanaryStatus(
        canary.currentStepAnalysisRunStatus(),
        canary.currentBackgroundAnalysisRunStatus(),
        canary.currentExperiment(),
        canary.weights(),
        canary.stablePingPong(),
        statuses);
  }
}
