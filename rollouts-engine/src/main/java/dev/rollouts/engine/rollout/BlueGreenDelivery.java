package dev.rollouts.engine.rollout;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.BlueGreenStatus;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutAnalysis;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.RunReference;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.rollout.children.CannotBuildException;
import dev.rollouts.engine.rollout.children.RunType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One turn of a blue-green rollout: preview, checks, pause, switch. */
final class BlueGreenDelivery implements Delivery {
  private final Turn turn;
  private final BlueGreenStrategy strategy;
  private final Runs runs;
  private final boolean fastTracked;

  BlueGreenDelivery(Turn turn) {
    this.turn = turn;
    this.strategy = requireNonNull(turn.effective.blueGreen(), "blueGreen");
    this.runs = new Runs(turn);
    // Read before the turn removes the deadline that tells of it.
    this.fastTracked = isFastTracked();
  }

  @Override
  public boolean isAnotherUpdate() {
    return !turn.before.currentPodHash().isEmpty()
        && !turn.before.currentPodHash().equals(turn.revisions.freshHash());
  }

  @Override
  public Decision<RolloutStatus, ClusterEffect> scaleOnly() {
    scale();
    return StatusWrite.reduced(turn).finish(false);
  }

  @Override
  public Decision<RolloutStatus, ClusterEffect> deliver() {
    Optional<Service> active = BlueGreenServices.find(turn, strategy.activeService());
    Optional<Service> preview = BlueGreenServices.find(turn, strategy.previewService());
    if (active.isEmpty()) {
      return turn.fail("service \"" + strategy.activeService() + "\" not found");
    }
    if (preview.isEmpty() && !strategy.previewService().isEmpty()) {
      return turn.fail("service \"" + strategy.previewService() + "\" not found");
    }
    ReplicaSet fresh = requireNonNull(turn.revisions.fresh(), "fresh");
    if (preview.isPresent() && !turn.isHalted()) {
      new ServiceSwitch(turn).move(preview.get(), fresh.hash());
    }
    if (isAnotherUpdate()) {
      StatusWrite write = StatusWrite.full(turn);
      write.reset();
      return write.finish(true);
    }
    scale();
    if (turn.pauses.isJustResumed() && !fastTracked) {
      turn.pauses.latch(); // a promotion by hand keeps until the switch
    }
    pause(fresh);
    switchActive(active.get(), fresh);
    boolean targetsKnown = areTargetsKnown(fresh);
    Runs.Outcome pre;
    Runs.Outcome post;
    try {
      pre = prePromotion(fresh);
      runs.heed(pre, "Blue/green pre-promotion analysis");
      post = postPromotion(fresh, targetsKnown);
      runs.heed(post, "Blue/green post-promotion analysis");
    } catch (CannotBuildException cannot) {
      return turn.fail(String.valueOf(cannot.getMessage()));
    }
    runs.tidy();
    return write(fresh, active.get(), preview, pre, post, targetsKnown);
  }

  // --- sizes ---

  /** Stable, new and other versions, all in one turn. */
  private boolean scale() {
    ReplicaSet stable = turn.revisions.stable();
    ReplicaSet fresh = turn.revisions.fresh();
    boolean scaled = false;
    if (stable != null) {
      turn.removeDeadline(stable);
      scaled = turn.scale(stable, turn.replicas(), false);
    }
    if (fresh != null && !turn.revisions.isFreshStable()) {
      if (isHeldAfterAbort() && isActive(fresh)) {
        turn.removeDeadline(fresh);
        scaled |= turn.scale(fresh, fresh.replicas(), true);
      } else if (isHeldAfterAbort()) {
        scaled |= Deadlines.holdAfterAbort(turn, fresh, true);
      } else {
        if (!keepsDeadline()) {
          turn.removeDeadline(fresh);
        }
        scaled |= turn.scale(fresh, freshSize(), false);
      }
    }
    scaled |= scaleOthers();
    return scaled;
  }

  private boolean isHeldAfterAbort() {
    return turn.before.abort() && !turn.isFullyPromoted() && !turn.before.promoteFull();
  }

  /** Whether all traffic still goes to it, as while somebody has paused an abort. */
  private boolean isActive(ReplicaSet set) {
    return Revisions.isSame(BlueGreenServices.active(turn), set);
  }

  /**
   * Whether the deadline stays, because it is what tells of a fast rollback until the version is
   * stable. A preview that starts small gives the fast way up.
   */
  private boolean keepsDeadline() {
    return turn.isFastRollback() && strategy.previewReplicaCount() == null;
  }

  /** */
  private int freshSize() {
    Integer preview = strategy.previewReplicaCount();
    ReplicaSet active = BlueGreenServices.active(turn);
    if (preview == null
        || active == null
        || turn.revisions.isFreshStable()
        || Revisions.isSame(active, turn.revisions.fresh())
        || turn.before.promoteFull()) {
      return turn.replicas();
    }
    boolean free = !turn.rollout.spec().paused() && turn.before.pauseConditions().isEmpty();
    return free && turn.before.blueGreen().scaleUpPreviewCheckPoint() && !isAnotherUpdate()
        ? turn.replicas()
        : preview;
  }

  /** */
  private boolean scaleOthers() {
    if (turn.pauses.isInconclusive()) {
      return false;
    }
    RunReference post = turn.before.blueGreen().postPromotionAnalysisRunStatus();
    boolean awaitsAnalysis =
        strategy.postPromotionAnalysis() != null
            && strategy.scaleDownDelaySeconds() == null
            && !skipsPostPromotion()
            && (post == null || post.status() != AnalysisPhase.SUCCESSFUL);
    if (awaitsAnalysis) {
      return false;
    }
    List<ReplicaSet> unreferenced = new ArrayList<>();
    for (ReplicaSet each : CanaryScale.youngestFirst(turn.revisions.others())) {
      if (each.replicas() > 0 && !isLive(each)) {
        unreferenced.add(each);
      }
    }
    return Deadlines.scaleDownLater(turn, unreferenced, Optional.of(turn.replicas()));
  }

  private boolean isLive(ReplicaSet set) {
    return References.isReferenced(turn, set);
  }

  // --- pause ---

  /** Whether pause and checks do not apply. */
  private boolean isFastTracked() {
    String active = BlueGreenServices.activeHash(turn);
    boolean firstDeploy = active.isEmpty() && turn.before.stableRS().isEmpty();
    return turn.isFastRollback()
        || turn.before.promoteFull()
        || firstDeploy
        || (active.isEmpty() && turn.revisions.isFreshStable())
        || (!active.isEmpty() && active.equals(turn.revisions.freshHash()));
  }

  private boolean isReadyForPause(ReplicaSet fresh) {
    int size = freshSize();
    return fresh.replicas() == size && fresh.available() == size;
  }

  private boolean needsNoPause() {
    return turn.effective.isAutoPromoted() && strategy.autoPromotionSeconds() <= 0;
  }

  private boolean isPrePromotionDone() {
    RunReference run = turn.before.blueGreen().prePromotionAnalysisRunStatus();
    return strategy.prePromotionAnalysis() == null
        || skipsPrePromotion()
        || (run != null && runs.phaseOf(run) == AnalysisPhase.SUCCESSFUL);
  }

  /** Starts, ends or waits out the pause before the switch. */
  private void pause(ReplicaSet fresh) {
    if (turn.pauses.isAborted() || !isReadyForPause(fresh) || turn.isHalted()) {
      return;
    }
    PauseCondition condition = turn.pauses.condition(PauseCondition.BLUE_GREEN_PAUSE);
    if (fastTracked || turn.before.blueGreen().scaleUpPreviewCheckPoint() || needsNoPause()) {
      turn.pauses.remove(PauseCondition.BLUE_GREEN_PAUSE);
      return;
    }
    if (!isPrePromotionDone()) {
      return;
    }
    if (condition == null) {
      if (!turn.before.controllerPause()) {
        turn.pauses.add(PauseCondition.BLUE_GREEN_PAUSE);
        if (turn.effective.isAutoPromoted()) {
          turn.wakeAt(turn.now.plusSeconds(strategy.autoPromotionSeconds() + 1L));
        }
      }
      return;
    }
    if (isPauseOver(condition)) {
      turn.pauses.remove(PauseCondition.BLUE_GREEN_PAUSE);
      turn.pauses.latch();
    } else if (turn.effective.isAutoPromoted()) {
      Instant end = end(condition);
      turn.wakeAt(end.plusSeconds(1));
      turn.reason("R-269", Reason.ROLLOUT, "until", end.toString());
    } else {
      turn.reason("R-269", Reason.ROLLOUT, "until", "promoted");
    }
  }

  private Instant end(PauseCondition condition) {
    return condition.startTime().plus(Duration.ofSeconds(strategy.autoPromotionSeconds()));
  }

  private boolean isPauseOver(PauseCondition condition) {
    return turn.effective.isAutoPromoted() && turn.now.isAfter(end(condition));
  }

  /**
   * Whether nothing of the pause is left to wait for. Somebody who clears the pause has
   * decided, whatever was configured, and the decision keeps until the switch.
   */
  private boolean isPauseComplete() {
    if (turn.pauses.isAdding(PauseCondition.BLUE_GREEN_PAUSE)) {
      return false;
    }
    if (turn.before.blueGreen().scaleUpPreviewCheckPoint() || needsNoPause()) {
      return true;
    }
    PauseCondition condition = turn.pauses.condition(PauseCondition.BLUE_GREEN_PAUSE);
    return condition == null ? turn.before.controllerPause() : isPauseOver(condition);
  }

  // --- switch ---

  /**
   * R-272, with R-234 the safe way: an aborted version loses the traffic even when it is broken. A
   * Service that lost its revision goes back to stable, unless stable never had pods to serve: then
   * the update goes on, as nothing else would ever mend it.
   */
  private void switchActive(Service active, ReplicaSet fresh) {
    if (turn.isHalted()) {
      return;
    }
    ReplicaSet stable = turn.revisions.distinctStable();
    ServiceSwitch switching = new ServiceSwitch(turn);
    boolean isAborted = turn.pauses.isAborted();
    if (stable != null && (isAborted || active.hash().isEmpty()) && canServe(stable, fresh)) {
      switching.move(active, stable.hash());
      return;
    }
    if (isAborted) {
      return;
    }
    if (!isReadyForPause(fresh) || !turn.isSaturated(fresh)) {
      return;
    }
    if (fastTracked || (isPauseComplete() && isPrePromotionDone())) {
      switching.move(active, fresh.hash());
    }
  }

  /** Whether stable serves at least as well as the new version. */
  private boolean canServe(ReplicaSet stable, ReplicaSet fresh) {
    return turn.isSaturated(stable) || stable.available() >= Math.max(1, fresh.available());
  }

  private boolean areTargetsKnown(ReplicaSet fresh) {
    boolean asks =
        turn.settings.routers().verifyTargetGroup()
            && !turn.revisions.isFreshStable()
            && BlueGreenServices.activeHash(turn).equals(fresh.hash())
            && turn.before.blueGreen().postPromotionAnalysisRunStatus() == null;
    return !asks || TargetVerification.isVerified(turn, strategy.activeService(), fresh.hash());
  }

  // --- analysis ---

  private boolean skipsAnalysis() {
    return turn.isFullyPromoted()
        || turn.pauses.isAborted()
        || turn.before.promoteFull()
        || turn.isFastRollback()
        || turn.before.stableRS().isEmpty();
  }

  /**
   * The Service counts as well as the status, which tells only what an earlier turn has
   * seen: one that was given back to stable a moment ago is no reason to leave the checks out.
   */
  private boolean skipsPrePromotion() {
    String recorded = turn.before.blueGreen().activeSelector();
    String live = BlueGreenServices.activeHash(turn);
    String fresh = turn.revisions.freshHash();
    return turn.revisions.isFreshStable()
        || (recorded.isEmpty() && live.isEmpty())
        || recorded.equals(fresh)
        || live.equals(fresh);
  }

  /** */
  private boolean skipsPostPromotion() {
    return turn.revisions.isFreshStable()
        || !turn.before.blueGreen().activeSelector().equals(turn.revisions.freshHash());
  }

  private Runs.Outcome prePromotion(ReplicaSet fresh) throws CannotBuildException {
    Integer preview = strategy.previewReplicaCount();
    boolean ready =
        preview == null
            ? turn.isSaturated(fresh)
            : fresh.replicas() == preview && fresh.available() == preview;
    return analysis(
        RunType.PRE_PROMOTION,
        strategy.prePromotionAnalysis(),
        turn.before.blueGreen().prePromotionAnalysisRunStatus(),
        skipsPrePromotion(),
        ready);
  }

  private Runs.Outcome postPromotion(ReplicaSet fresh, boolean targetsKnown)
      throws CannotBuildException {
    return analysis(
        RunType.POST_PROMOTION,
        strategy.postPromotionAnalysis(),
        turn.before.blueGreen().postPromotionAnalysisRunStatus(),
        skipsPostPromotion(),
        turn.isSaturated(fresh) && targetsKnown);
  }

  private Runs.Outcome analysis(
      RunType type,
      @Nullable RolloutAnalysis analysis,
      @Nullable RunReference reference,
      boolean skipped,
      boolean ready)
      throws CannotBuildException {
    AnalysisRun run = runs.find(reference);
    if (skipsAnalysis() || skipped || analysis == null || analysis.templates().isEmpty()) {
      runs.cancel(run);
      if (reference == null) {
        return Runs.Outcome.NONE;
      }
      return new Runs.Outcome(runs.keep(type, reference).reference(), null);
    }
    if (turn.pauses.isInconclusive()) {
      return reference == null ? Runs.Outcome.NONE : runs.keep(type, reference);
    }
    if (reference == null && !ready) {
      return Runs.Outcome.NONE;
    }
    if (runs.needsNew(reference, run)) {
      return runs.make(type, 0, analysis, null);
    }
    if (run == null && reference != null) {
      return runs.make(type, 0, analysis, reference);
    }
    return reference == null ? Runs.Outcome.NONE : runs.keep(type, reference);
  }

  // --- status ---

  private Decision<RolloutStatus, ClusterEffect> write(
      ReplicaSet fresh,
      Service active,
      Optional<Service> preview,
      Runs.Outcome pre,
      Runs.Outcome post,
      boolean targetsKnown) {
    StatusWrite write = StatusWrite.full(turn);
    if (turn.before.currentPodHash().isEmpty()) {
      write.begin();
    }
    write
        .fields()
        .currentStepIndex(null)
        .blueGreen(
            new BlueGreenStatus(
                preview.map(Service::hash).orElse(""),
                active.hash(),
                checkPoint(fresh, pre),
                pre.reference(),
                post.reference()));
    if (turn.before.promoteFull() || turn.isWithinRollbackWindow()) {
      turn.pauses.clear();
      turn.pauses.removeAbort();
    }
    promotion(fresh, active, post, targetsKnown).ifPresent(write::promote);
    return write.finish(true);
  }

  /** Whether the preview has passed at its small size. */
  private boolean checkPoint(ReplicaSet fresh, Runs.Outcome pre) {
    Integer preview = strategy.previewReplicaCount();
    if (preview == null) {
      return false;
    }
    if (turn.before.blueGreen().scaleUpPreviewCheckPoint()) {
      return true;
    }
    boolean analysed =
        strategy.prePromotionAnalysis() == null
            || skipsPrePromotion()
            || pre.phase() == AnalysisPhase.SUCCESSFUL;
    return !turn.pauses.isAborted()
        && !turn.isHalted()
        && !turn.before.stableRS().isEmpty()
        && !turn.revisions.isFreshStable()
        && analysed
        && fresh.available() == preview
        && isPauseComplete();
  }

  /** Why the new version becomes stable now; empty when it does not. */
  private Optional<String> promotion(
      ReplicaSet fresh, Service active, Runs.Outcome post, boolean targetsKnown) {
    if (turn.revisions.stable() == null) {
      return Optional.of(StatusWrite.INITIAL);
    }
    if (!active.hash().equals(fresh.hash()) || !targetsKnown) {
      return Optional.empty();
    }
    if (turn.before.promoteFull()) {
      return Optional.of("Full promotion requested");
    }
    if (turn.isFastRollback()) {
      return Optional.of(
          turn.isWithinRollbackWindow() ? "Rollback within window" : "Fast rollback");
    }
    boolean analysed =
        strategy.postPromotionAnalysis() == null || post.phase() == AnalysisPhase.SUCCESSFUL;
    return turn.pauses.isAborted() || !analysed
        ? Optional.empty()
        : Optional.of("Completed blue-green update");
  }
}
