package dev.rollouts.engine.rollout;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutDuration;
import dev.rollouts.api.rollout.RolloutPause;
import dev.rollouts.api.rollout.RolloutStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How long an update takes, and how much of that people kept it waiting. */
final class Durations {
  private Durations() {}

  /**
   * The record after a turn.
   *
   * @param begins whether the update begins in this turn: another template, or other steps
   * @param promotedAs completion status of a promotion in this turn; null without one
   */
  static @Nullable RolloutDuration after(
      Turn turn, RolloutStatus next, boolean begins, @Nullable String promotedAs) {
    RolloutDuration record = begun(turn, next, begins);
    if (record == null || record.rolloutStartedAt() == null || record.finishedAt() != null) {
      return record;
    }
    if (promotedAs != null && record.completionStatus().isEmpty()) {
      record = completed(record, promotedAs);
    }
    record = paused(record, isWaitingForPeople(turn, next), turn.now);
    if (next.abort()) {
      return finished(record, "Aborted", turn.now);
    }
    boolean isThere =
        !next.stableRS().isEmpty()
            && next.stableRS().equals(next.currentPodHash())
            && turn.revisions.freshAvailable() >= turn.replicas();
    return isThere
        ? finished(record, turn.before.promoteFull() ? "FastPromoted" : "Promoted", turn.now)
        : record;
  }

  private static @Nullable RolloutDuration begun(Turn turn, RolloutStatus next, boolean begins) {
    RolloutDuration record = turn.before.duration();
    boolean inFlight =
        record != null && record.rolloutStartedAt() != null && record.finishedAt() == null;
    if (begins) {
      if (inFlight && turn.isRollback()) {
        return completed(
            requireNonNull(record), turn.isFastRollback() ? "FastRolledBack" : "RolledBack");
      }
      boolean isThere =
          turn.revisions.isFreshStable() && turn.revisions.freshAvailable() >= turn.replicas();
      return isThere ? record : started(turn.now);
    }
    boolean retried = turn.before.abortedAt() != null && !next.abort();
    return retried && !turn.isFullyPromoted() ? started(turn.now) : record;
  }

  private static RolloutDuration started(Instant now) {
    return new RolloutDuration(now, null, 0, null, "");
  }

  private static RolloutDuration completed(RolloutDuration record, String status) {
    return new RolloutDuration(
        record.rolloutStartedAt(),
        record.manualPauseStartedAt(),
        record.totalManualPauseDurationSeconds(),
        record.finishedAt(),
        status);
  }

  private static RolloutDuration finished(RolloutDuration record, String status, Instant now) {
    RolloutDuration over = paused(record, false, now);
    return new RolloutDuration(
        over.rolloutStartedAt(),
        null,
        over.totalManualPauseDurationSeconds(),
        now,
        over.completionStatus().isEmpty() ? status : over.completionStatus());
  }

  private static RolloutDuration paused(RolloutDuration record, boolean waiting, Instant now) {
    Instant since = record.manualPauseStartedAt();
    if (waiting == (since != null)) {
      return record;
    }
    long total = record.totalManualPauseDurationSeconds();
    if (since != null) {
      total += Math.max(0, Duration.between(since, now).toSeconds());
    }
    return new RolloutDuration(
        record.rolloutStartedAt(),
        waiting ? now : null,
        total,
        record.finishedAt(),
        record.completionStatus());
  }

  private static boolean isWaitingForPeople(Turn turn, RolloutStatus next) {
    if (turn.rollout.spec().paused()
        || next.isPausedFor(PauseCondition.INCONCLUSIVE_ANALYSIS)
        || next.isPausedFor(PauseCondition.INCONCLUSIVE_EXPERIMENT)) {
      return true;
    }
    if (next.isPausedFor(PauseCondition.BLUE_GREEN_PAUSE)) {
      return !turn.effective.isAutoPromoted();
    }
    CanaryStep step = StepPosition.of(turn.effective.steps(), next.currentStepIndex()).current();
    RolloutPause pause = step == null ? null : step.pause();
    return next.isPausedFor(PauseCondition.CANARY_PAUSE_STEP)
        && pause != null
        && pause.duration() == null;
  }
}
