package dev.rollouts.engine.rollout;

import dev.rollouts.api.Condition;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The conditions of a rollout's status. */
final class Conditions {
  static final String AVAILABLE = "Available";
  static final String COMPLETED = "Completed";
  static final String HEALTHY = "Healthy";
  static final String INVALID_SPEC = "InvalidSpec";
  static final String PAUSED = "Paused";
  static final String PROGRESSING = "Progressing";
  static final String REPLICA_FAILURE = "ReplicaFailure";

  static final String ABORTED = "RolloutAborted";
  static final String DEADLINE_EXCEEDED = "ProgressDeadlineExceeded";
  static final String CREATE_ERROR = "ReplicaSetCreateError";
  static final String ROLLOUT_PAUSED = "RolloutPaused";

  /** Reasons of Progressing under which no deadline is running. */
  private static final Set<String> NOT_TIMED =
      Set.of("NewReplicaSetAvailable", ABORTED, DEADLINE_EXCEEDED, ROLLOUT_PAUSED);

  private final Turn turn;
  private final List<Condition> conditions;

  Conditions(Turn turn) {
    this.turn = turn;
    this.conditions = new ArrayList<>(turn.before.conditions());
  }

  List<Condition> list() {
    return List.copyOf(conditions);
  }

  @Nullable Condition get(String type) {
    for (Condition each : conditions) {
      if (each.type().equals(type)) {
        return each;
      }
    }
    return null;
  }

  /** Writes a condition unless status and reason are as before. */
  void set(String type, String status, String reason, String message) {
    Condition old = get(type);
    if (old != null && old.status().equals(status) && old.reason().equals(reason)) {
      return;
    }
    conditions.removeIf(each -> each.type().equals(type));
    Instant since =
        old != null && old.status().equals(status) ? old.lastTransitionTime() : turn.now;
    conditions.add(new Condition(type, status, turn.now, since, reason, message));
  }

  void remove(String type) {
    conditions.removeIf(each -> each.type().equals(type));
  }

  // --- general status write ---

  /**
   * Brings all conditions to what a status says.
   *
   * @param full whether the whole status was computed, which proves the spec valid
   */
  void update(RolloutStatus next, boolean full) {
    if (full) {
      remove(INVALID_SPEC);
    }
    completed(next);
    boolean fell = healthy(next);
    progressing(next, fell);
    set(
        AVAILABLE,
        isAvailable() ? Condition.TRUE : Condition.FALSE,
        "AvailableReason",
        isAvailable()
            ? "Rollout has minimum availability"
            : "Rollout does not have minimum availability");
    replicaFailure();
  }

  private void completed(RolloutStatus next) {
    boolean isCompleted =
        !next.stableRS().isEmpty() && next.stableRS().equals(next.currentPodHash());
    Condition old = get(COMPLETED);
    if (!isCompleted && (old == null || old.isTrue())) {
      turn.tell(
          Event.normal(
              "RolloutNotCompleted",
              "Rollout not completed, started update to revision %d (%s)"
                  .formatted(turn.revision(), next.currentPodHash())));
    }
    set(
        COMPLETED,
        isCompleted ? Condition.TRUE : Condition.FALSE,
        "RolloutCompleted",
        "RolloutCompleted");
  }

  /** Whether it was healthy and is no more. */
  private boolean healthy(RolloutStatus next) {
    Condition old = get(HEALTHY);
    if (isHealthy(next)) {
      set(HEALTHY, Condition.TRUE, "RolloutHealthy", "Rollout is healthy");
      return false;
    }
    if (old == null) {
      return false;
    }
    set(HEALTHY, Condition.FALSE, "RolloutHealthy", "Rollout is not healthy");
    return old.isTrue();
  }

  /** R-477; the generation is that of the last write, so a fresh spec is never healthy. */
  private boolean isHealthy(RolloutStatus next) {
    int wanted = turn.replicas();
    boolean counts = next.updatedReplicas() == wanted && next.availableReplicas() == wanted;
    boolean paused = turn.rollout.spec().paused() || !next.pauseConditions().isEmpty();
    if (!counts
        || paused
        || !turn.before
            .observedGeneration()
            .equals(Long.toString(turn.rollout.metadata().generation()))) {
      return false;
    }
    BlueGreenStrategy blueGreen = turn.effective.blueGreen();
    if (blueGreen != null) {
      return next.blueGreen().activeSelector().equals(next.currentPodHash())
          && (blueGreen.previewService().isEmpty()
              || next.blueGreen().previewSelector().equals(next.currentPodHash()));
    }
    boolean stepsDone =
        next.currentStepIndex() == null || next.currentStepIndex() >= turn.effective.steps().size();
    return stepsDone
        && !next.stableRS().isEmpty()
        && next.stableRS().equals(next.currentPodHash())
        && next.replicas() == wanted;
  }

  private void progressing(RolloutStatus next, boolean fell) {
    if (next.abort()) {
      String because = turn.pauses.abortMessage();
      Condition old = get(PROGRESSING);
      if (old == null || !old.reason().equals(ABORTED)) {
        String message =
            "Rollout aborted update to revision "
                + turn.revision()
                + (because == null ? "" : ": " + because);
        set(PROGRESSING, Condition.FALSE, ABORTED, message);
        turn.tell(Event.warning(ABORTED, message));
      }
      return;
    }
    String name = name();
    Condition known = get(PROGRESSING);
    if (known == null || known.reason().equals(CREATE_ERROR)) {
      set(PROGRESSING, Condition.TRUE, "FoundNewReplicaSet", "Found new replica set " + quoted());
    }
    if (isHealthy(next)) {
      set(
          PROGRESSING,
          Condition.TRUE,
          "NewReplicaSetAvailable",
          name + " has successfully progressed.");
    } else if (hasProgressed(turn.before, next, turn.effective.blueGreen() != null) || fell) {
      boolean lostPods = fell && next.stableRS().equals(next.currentPodHash());
      refresh(
          lostPods ? "ReplicaSetNotAvailable" : "ReplicaSetUpdated",
          lostPods ? "Rollout does not have minimum availability" : name + " is progressing.");
    } else if (isBackAtStableAfterPause(next)) {
      set(PROGRESSING, Condition.UNKNOWN, "RolloutResumed", "Rollout is resumed");
    } else if (mayTimeOut(next) && isTimedOut()) {
      set(PROGRESSING, Condition.FALSE, DEADLINE_EXCEEDED, name + " has timed out progressing.");
      turn.reason(
          "R-389", Reason.ROLLOUT, "deadline", turn.effective.progressDeadline().toString());
    }
    wakeAtDeadline(next);
  }

  /** An update that was paused and is taken back: the deadline runs for the way back, too. */
  private boolean isBackAtStableAfterPause(RolloutStatus next) {
    Condition progressing = get(PROGRESSING);
    return progressing != null
        && progressing.reason().equals(ROLLOUT_PAUSED)
        && next.pauseConditions().isEmpty()
        && !turn.rollout.spec().paused()
        && next.stableRS().equals(next.currentPodHash());
  }

  private String quoted() {
    ReplicaSet fresh = turn.revisions.fresh();
    return '"' + (fresh == null ? turn.rollout.metadata().name() : fresh.name()) + '"';
  }

  /** The subject of a message about progress. */
  private String name() {
    return (turn.revisions.fresh() == null ? "Rollout " : "ReplicaSet ") + quoted();
  }

  /** Writes Progressing anew, so that the deadline starts over. */
  private void refresh(String reason, String message) {
    Condition old = get(PROGRESSING);
    remove(PROGRESSING);
    Instant since = old != null && old.isTrue() ? old.lastTransitionTime() : turn.now;
    conditions.add(new Condition(PROGRESSING, Condition.TRUE, turn.now, since, reason, message));
  }

  /** */
  private static boolean hasProgressed(
      RolloutStatus before, RolloutStatus next, boolean blueGreen) {
    boolean pods =
        next.updatedReplicas() != before.updatedReplicas()
            || next.replicas() - next.updatedReplicas()
                < before.replicas() - before.updatedReplicas()
            || next.readyReplicas() > before.readyReplicas()
            || next.availableReplicas() > before.availableReplicas();
    if (pods) {
      return true;
    }
    if (blueGreen) {
      return !next.blueGreen().activeSelector().equals(before.blueGreen().activeSelector())
          || !next.blueGreen().previewSelector().equals(before.blueGreen().previewSelector());
    }
    return !next.stableRS().equals(before.stableRS())
        || !next.currentStepHash().equals(before.currentStepHash())
        || (next.currentStepIndex() != null
            && before.currentStepIndex() != null
            && !Objects.equals(next.currentStepIndex(), before.currentStepIndex()));
  }

  /** Whether lack of progress means anything now. */
  private boolean mayTimeOut(RolloutStatus next) {
    Condition paused = get(PAUSED);
    return !(paused != null && paused.isTrue())
        && !next.abort()
        && !isWaitingStep(next)
        && turn.revisions.others().stream()
            .noneMatch(
                each ->
                    each.replicas() > 0
                        && Turn.deadline(each).filter(at -> at.isAfter(turn.now)).isPresent());
  }

  private boolean isWaitingStep(RolloutStatus next) {
    CanaryStep step = StepPosition.of(turn.effective.steps(), next.currentStepIndex()).current();
    return step != null
        && (step.experiment() != null || step.analysis() != null || step.pause() != null);
  }

  /** R-385, on the condition as it is now. */
  private boolean isTimedOut() {
    Condition progressing = get(PROGRESSING);
    if (progressing == null
        || progressing.reason().equals(ABORTED)
        || progressing.reason().equals(ROLLOUT_PAUSED)) {
      return false;
    }
    return progressing.reason().equals(DEADLINE_EXCEEDED)
        || progressing.lastUpdateTime().plus(turn.effective.progressDeadline()).isBefore(turn.now);
  }

  /** Looks again when the deadline is over. */
  private void wakeAtDeadline(RolloutStatus next) {
    Condition progressing = get(PROGRESSING);
    if (progressing != null && !NOT_TIMED.contains(progressing.reason()) && mayTimeOut(next)) {
      turn.wakeAt(
          progressing.lastUpdateTime().plus(turn.effective.progressDeadline()).plusSeconds(1));
    }
  }

  /**
   * Why lack of progress aborts the update now, or null.
   *
   * @param next the status as computed so far
   */
  @Nullable String abortForLackOfProgress(RolloutStatus next) {
    boolean over = !next.stableRS().isEmpty() && next.stableRS().equals(next.currentPodHash());
    if (!turn.rollout.spec().progressDeadlineAbort()
        || turn.pauses.isAborted()
        || turn.isWithinRollbackWindow() // which would take the abort back at once
        || over
        || hasProgressed(turn.before, next, turn.effective.blueGreen() != null)
        || !mayTimeOut(next)
        || !isTimedOut()) {
      return null;
    }
    return name() + " has timed out progressing.";
  }

  private boolean isAvailable() {
    if (turn.effective.blueGreen() != null) {
      return turn.isSaturated(BlueGreenServices.active(turn));
    }
    return turn.revisions.sum(each -> each.status().availableReplicas()) >= turn.replicas();
  }

  private void replicaFailure() {
    List<ReplicaSet> sets = new ArrayList<>();
    if (turn.revisions.fresh() != null) {
      sets.add(turn.revisions.fresh());
    }
    sets.addAll(turn.revisions.old());
    for (ReplicaSet set : sets) {
      for (Condition each : set.status().conditions()) {
        if (each.type().equals(REPLICA_FAILURE)) {
          set(REPLICA_FAILURE, each.status(), each.reason(), each.message());
          return;
        }
      }
    }
    remove(REPLICA_FAILURE);
  }
}
