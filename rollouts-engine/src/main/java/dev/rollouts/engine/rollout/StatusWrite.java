package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.BlueGreenStatus;
import dev.rollouts.api.rollout.CanaryStatus;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The status at the end of a turn. Built field by field, then completed once. */
final class StatusWrite {
  /** Why a version becomes stable where there is no stable one. */
  static final String INITIAL = "Initial deploy";

  private final Turn turn;
  private final RolloutStatus.Builder next;
  private boolean begins;
  private @Nullable String promotedAs;

  private StatusWrite(Turn turn, RolloutStatus.Builder next) {
    this.turn = turn;
    this.next = next;
  }

  /** A write in which everything that can be counted is counted. */
  static StatusWrite full(Turn turn) {
    RolloutStatus.Builder next = turn.before.toBuilder();
    Revisions revisions = turn.revisions;
    ReplicaSet fresh = revisions.fresh();
    next.currentPodHash(revisions.freshHash())
        .currentStepHash(turn.facts.stepHash())
        .replicas(revisions.sum(each -> each.status().replicas()))
        .updatedReplicas(fresh == null ? 0 : fresh.status().replicas());
    if (turn.restartedAt != null) {
      next.restartedAt(turn.restartedAt);
    }
    serving(turn, next, true);
    return new StatusWrite(turn, next);
  }

  /**
   * A write after a change of {@code spec.replicas}, in which only sizes were looked at.
   */
  static StatusWrite reduced(Turn turn) {
    RolloutStatus.Builder next = turn.before.toBuilder();
    if (turn.pauses.isJustResumed()) {
      turn.pauses.latch(); // the turn that heeds it comes next
    }
    serving(turn, next, false);
    return new StatusWrite(turn, next);
  }

  /** What serves: the active version of blue-green, or all versions of a canary. */
  private static void serving(Turn turn, RolloutStatus.Builder next, boolean full) {
    ReplicaSet active = turn.effective.blueGreen() == null ? null : BlueGreenServices.active(turn);
    Revisions revisions = turn.revisions;
    int pods =
        active == null
            ? revisions.sum(each -> each.status().replicas())
            : active.status().replicas();
    int available =
        active == null
            ? revisions.sum(each -> each.status().availableReplicas())
            : active.status().availableReplicas();
    next.HPAReplicas(pods).availableReplicas(available);
    if (!full) {
      return;
    }
    next.readyReplicas(
        active == null
            ? revisions.sum(each -> each.status().readyReplicas())
            : active.status().readyReplicas());
    var selector = turn.rollout.spec().selector();
    String all = selector == null ? "" : selector.toString();
    next.selector(active == null ? all : active.selector().toString());
  }

  RolloutStatus.Builder fields() {
    return next;
  }

  /** Another template or other steps: nothing of the old update counts any more. */
  void reset() {
    begins = true;
    turn.pauses.clear();
    turn.pauses.removeAbort();
    Integer start = turn.effective.steps().isEmpty() ? null : Integer.valueOf(0);
    var canary = turn.before.canary();
    BlueGreenStatus blueGreen = turn.before.blueGreen();
    next.promoteFull(false)
        .currentStepIndex(start)
        .canary(
            new CanaryStatus(null, null, "", canary.weights(), canary.stablePingPong(), List.of()))
        .blueGreen(
            new BlueGreenStatus(
                blueGreen.previewSelector(), blueGreen.activeSelector(), false, null, null));
    turn.reason("R-031", Reason.ROLLOUT, "hash", turn.revisions.freshHash());
  }

  /** The first revision of a strategy that needs no reset begins with this turn. */
  void begin() {
    begins = true;
  }

  /** The new version becomes the stable one. */
  void promote(String reason) {
    turn.pauses.clear();
    turn.pauses.removeAbort();
    RolloutStatus soFar = next.build();
    BlueGreenStatus blueGreen = soFar.blueGreen();
    int steps = turn.effective.steps().size();
    next.promoteFull(false)
        .currentStepIndex(steps == 0 ? null : Integer.valueOf(steps))
        .blueGreen(
            new BlueGreenStatus(
                blueGreen.previewSelector(),
                blueGreen.activeSelector(),
                false,
                blueGreen.prePromotionAnalysisRunStatus(),
                blueGreen.postPromotionAnalysisRunStatus()));
    if (turn.before.stableRS().equals(soFar.currentPodHash())) {
      Integer index = turn.before.currentStepIndex();
      if (steps > 0 && (index == null || index != steps)) {
        turn.reason("R-194", Reason.ROLLOUT, "stepIndex", steps);
      }
      return;
    }
    String swapped = CanaryServices.swapped(turn);
    if (swapped != null) {
      var canary = soFar.canary();
      next.canary(
          new CanaryStatus(
              canary.currentStepAnalysisRunStatus(),
              canary.currentBackgroundAnalysisRunStatus(),
              canary.currentExperiment(),
              canary.weights(),
              swapped,
              canary.stepPluginStatuses()));
    }
    promotedAs = turn.before.promoteFull() ? "FastPromoted" : "Promoted";
    next.stableRS(soFar.currentPodHash());
    turn.reason("R-190", Reason.ROLLOUT, "promotion", reason);
    turn.tell(
        Event.normal(
            "RolloutCompleted",
            "Rollout completed update to revision %d (%s): %s"
                .formatted(turn.revision(), soFar.currentPodHash(), reason)));
  }

  /**
   * Completes the status: generations, abort for lack of progress, pauses, conditions, phase,
   * duration.
   */
  Decision<RolloutStatus, ClusterEffect> finish(boolean full) {
    next.observedGeneration(Long.toString(turn.rollout.metadata().generation()))
        .workloadObservedGeneration(
            turn.rollout.spec().workloadRef() == null
                ? ""
                : turn.rollout
                    .metadata()
                    .annotations()
                    .getOrDefault(RolloutKeys.WORKLOAD_GENERATION, ""));
    Conditions conditions = new Conditions(turn);
    String lack = full && !begins ? conditions.abortForLackOfProgress(next.build()) : null;
    if (lack != null) {
      turn.pauses.abort(lack);
      turn.reason("R-390", Reason.ROLLOUT, "message", lack);
      turn.tell(Event.warning(Conditions.ABORTED, lack));
    }
    if (turn.pauses.isAborted() && turn.before.abort() && turn.before.abortedAt() == null) {
      turn.reason("R-225", Reason.ROLLOUT, "abort", "requested");
    }
    if (turn.pauses.isAborted()) {
      next.promoteFull(false);
    }
    boolean wasPaused = !turn.before.pauseConditions().isEmpty();
    turn.pauses.apply(next);
    RolloutStatus soFar = next.build();
    conditions.update(soFar, full);
    next.conditions(conditions.list());
    announcePauses(wasPaused, soFar);
    next.duration(Durations.after(turn, soFar, begins, promotedAs));
    Phase phase = Phase.of(turn.rollout, next.build());
    next.phase(phase.phase()).message(phase.message());
    announceWeights(next.build());
    return turn.finish(next.build());
  }

  private void announcePauses(boolean wasPaused, RolloutStatus soFar) {
    boolean isPaused = !soFar.pauseConditions().isEmpty();
    if (isPaused && !wasPaused) {
      turn.tell(
          Event.normal(
              "RolloutPaused",
              "Rollout is paused (" + soFar.pauseConditions().get(0).reason() + ")"));
    } else if (wasPaused && !isPaused && soFar.abortedAt() == null) {
      turn.tell(Event.normal("RolloutResumed", "Rollout is resumed"));
    }
  }

  private void announceWeights(RolloutStatus after) {
    WeightEvents.of(turn.before.canary().weights(), after.canary().weights()).ifPresent(turn::tell);
  }
}
