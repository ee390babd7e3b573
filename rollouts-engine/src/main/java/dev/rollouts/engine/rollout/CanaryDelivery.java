package dev.rollouts.engine.rollout;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.CanaryStatus;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutPause;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.children.CannotBuildException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One turn of a canary: Services, traffic, checks, sizes, and then the steps. */
final class CanaryDelivery implements Delivery {
  private final Turn turn;
  private final StepPosition position;
  private final CanaryScale scale;
  private final CanaryTraffic traffic;
  private final CanaryExperiments experiments;

  CanaryDelivery(Turn turn) {
    this.turn = turn;
    this.position = StepPosition.of(turn.effective.steps(), turn.before.currentStepIndex());
    this.scale = new CanaryScale(turn, position);
    this.experiments = new CanaryExperiments(turn, position);
    this.traffic = new CanaryTraffic(turn, position, scale, experiments.weights());
  }

  /** What the stages of a turn have found out. */
  private record Findings(
      CanaryTraffic.Outcome traffic,
      CanaryExperiments.Outcome experiment,
      CanaryAnalysis.Outcomes analysis) {}

  @Override
  public boolean isAnotherUpdate() {
    return !turn.facts.stepHash().equals(turn.before.currentStepHash())
        || (!turn.before.currentPodHash().isEmpty()
            && !turn.before.currentPodHash().equals(turn.revisions.freshHash()));
  }

  @Override
  public Decision<RolloutStatus, ClusterEffect> scaleOnly() {
    scale.scale(turn.before.canary().weights(), true, TargetVerification.canaryMayScaleDown(turn));
    return StatusWrite.reduced(turn).finish(false);
  }

  @Override
  public Decision<RolloutStatus, ClusterEffect> deliver() {
    if (isAnotherUpdate()) {
      return startOver();
    }
    Optional<String> problem =
        new CanaryServices(turn, scale.weight())
            .reconcile(traffic.isRollingBackToStable(), sentWeight() == 0);
    if (problem.isPresent()) {
      return turn.fail(problem.get());
    }
    CanaryTraffic.Outcome routed = traffic.reconcile();
    if (routed.error() != null) {
      return turn.fail(routed.error());
    }
    CanaryExperiments.Outcome experiment;
    try {
      experiment = experiments.reconcile();
    } catch (CannotBuildException cannot) {
      return turn.fail(String.valueOf(cannot.getMessage()));
    }
    CanaryAnalysis runs = new CanaryAnalysis(turn, position);
    CanaryAnalysis.Outcomes analysis;
    try {
      analysis = runs.reconcile();
    } catch (CannotBuildException cannot) {
      if (!turn.pauses.isAdding()) {
        return turn.fail(String.valueOf(cannot.getMessage()));
      }
      turn.reason("R-019", Reason.ROLLOUT, "error", String.valueOf(cannot.getMessage()));
      analysis = runs.found(); // the pause is saved all the same
    }
    Findings findings = new Findings(routed, experiment, analysis);
    if (turn.pauses.isAdding()
        || isEndUnverified(routed)
        || scale.scale(
            routed.weights(), routed.inForce(), TargetVerification.canaryMayScaleDown(turn))
        || isPausing()) {
      return write(findings, false, null);
    }
    StepPlugins.Outcome plugins = new StepPlugins(turn, position).reconcile();
    return write(findings, true, plugins);
  }

  private int sentWeight() {
    var weights = turn.before.canary().weights();
    return weights == null ? 0 : weights.canary().weight();
  }

  /** All traffic was asked for, and somebody who can tell says it is not there yet. */
  private boolean isEndUnverified(CanaryTraffic.Outcome routed) {
    return routed.inForce()
        && routed.isUnverified()
        && routed.weights() != null
        && routed.weights().canary().weight() == turn.effective.maxWeight();
  }

  /** Another template or other steps: the update starts over, or is over. */
  private Decision<RolloutStatus, ClusterEffect> startOver() {
    StatusWrite write = StatusWrite.full(turn);
    write.reset();
    int steps = position.count();
    if (steps > 0) {
      if (turn.revisions.freshHash().equals(turn.before.stableRS())) {
        skipSteps(write, "Rollback to stable ReplicaSets");
      } else if (turn.isWithinRollbackWindow()
          && turn.revisions.fresh() != null
          && turn.revisions.fresh().replicas() > 0) {
        skipSteps(write, "Rollback to active ReplicaSets within RollbackWindow");
      }
    }
    return write.finish(true);
  }

  private void skipSteps(StatusWrite write, String why) {
    write.fields().currentStepIndex(position.count());
    turn.reason("R-032", Reason.ROLLOUT, "skipped", why);
    turn.tell(Event.normal("SkipSteps", why));
  }

  // --- pause ---

  /** Starts the pause of a pause step, or waits for its end. */
  private boolean isPausing() {
    CanaryStep step = position.current();
    RolloutPause pause = step == null ? null : step.pause();
    if (pause == null
        || turn.rollout.spec().paused()
        || turn.before.promoteFull()
        || turn.pauses.isAborted()
        || turn.isFullyPromoted()
        || turn.before.stableRS().isEmpty()
        || turn.isWithinRollbackWindow()) {
      return false;
    }
    PauseCondition condition = turn.pauses.condition(PauseCondition.CANARY_PAUSE_STEP);
    if (condition == null) {
      if (turn.before.controllerPause()) {
        return false;
      }
      turn.pauses.add(PauseCondition.CANARY_PAUSE_STEP);
      EffectiveRollout.pauseDuration(pause).ifPresent(it -> turn.wakeAt(after(turn.now, it)));
      return true;
    }
    Optional<Duration> duration = EffectiveRollout.pauseDuration(pause);
    if (duration.isEmpty()) {
      turn.reason("R-205", "step " + (position.index() + 1), "until", "promoted");
      return true;
    }
    Instant end = condition.startTime().plus(duration.get());
    if (turn.now.isAfter(end)) {
      return false;
    }
    turn.wakeAt(end.plusSeconds(1));
    turn.reason("R-205", "step " + (position.index() + 1), "until", end.toString());
    return true;
  }

  private static Instant after(Instant start, Duration duration) {
    return start.plus(duration).plusSeconds(1);
  }

  // --- status ---

  private Decision<RolloutStatus, ClusterEffect> write(
      Findings found, boolean settled, StepPlugins.@Nullable Outcome plugins) {
    StatusWrite write = StatusWrite.full(turn);
    RolloutStatus.Builder next = write.fields();
    CanaryStatus before = turn.before.canary();
    CanaryStatus canary =
        new CanaryStatus(
            found.analysis().step().reference(),
            found.analysis().background().reference(),
            found.experiment().current(),
            found.traffic().weights(),
            before.stablePingPong(),
            plugins == null ? before.stepPluginStatuses() : plugins.statuses());
    next.canary(canary);
    if (found.traffic().loadBalancers() != null) {
      TargetVerification.record(next, Objects.requireNonNull(found.traffic().loadBalancers()));
    } else if (!turn.settings.routers().verifyTargetGroup()) {
      next.alb(null).albs(List.of());
    }
    int end = position.count();
    next.currentStepIndex(end == 0 ? null : Integer.valueOf(position.index()));
    if (turn.before.promoteFull() || turn.isWithinRollbackWindow()) {
      turn.pauses.clear();
      turn.pauses.removeAbort();
      if (end > 0) {
        next.currentStepIndex(end);
      }
    }
    Optional<String> promotion = promotion(found.traffic());
    if (promotion.isPresent()) {
      write.promote(promotion.get());
      return write.finish(true);
    }
    if (turn.pauses.isAborted()) {
      if (end > 0) {
        next.currentStepIndex(0);
      }
      return write.finish(true);
    }
    boolean completed =
        settled && !turn.before.promoteFull() && completeStep(found, next, canary, plugins);
    CanaryStep step = position.current();
    if (!completed && step != null && step.pause() != null && turn.pauses.isJustResumed()) {
      turn.pauses.latch(); // somebody ended the pause while something else was due (pain 52)
    }
    return write.finish(true);
  }

  /** Why the new version becomes stable now; empty when it does not. */
  private Optional<String> promotion(CanaryTraffic.Outcome routed) {
    if (!CanaryServices.mayChangeRoles(turn)) {
      return Optional.empty();
    }
    if (turn.revisions.stable() == null) {
      return Optional.of(StatusWrite.INITIAL);
    }
    ReplicaSet fresh = turn.revisions.fresh();
    int replicas = turn.replicas();
    if (turn.pauses.isAborted()
        || fresh == null
        || (fresh.available() < replicas && !scale.thresholdMetFor(fresh, replicas))) {
      return Optional.empty();
    }
    if (turn.before.promoteFull()) {
      return Optional.of("Full promotion requested");
    }
    if (turn.isFastRollback()) {
      return Optional.of(
          turn.isWithinRollbackWindow() ? "Rollback within window" : "Fast rollback");
    }
    int steps = position.count();
    boolean routesInForce = turn.routers.isEmpty() || steps == 0 || isAllTraffic(routed);
    return position.isAtEnd() && routesInForce && !turn.pauses.isInconclusive()
        ? Optional.of("Completed all " + steps + " canary steps")
        : Optional.empty();
  }

  /** Whether the routers send everything to the new version, as the end of the steps wants. */
  private boolean isAllTraffic(CanaryTraffic.Outcome routed) {
    return routed.inForce()
        && !routed.isUnverified()
        && routed.weights() != null
        && routed.weights().canary().weight() == turn.effective.maxWeight();
  }

  /** Goes on to the next step when the current one is done. */
  private boolean completeStep(
      Findings found,
      RolloutStatus.Builder next,
      CanaryStatus canary,
      StepPlugins.@Nullable Outcome plugins) {
    CanaryStep step = position.current();
    if (step == null || turn.isHalted() || turn.isFullyPromoted()) {
      return false;
    }
    Optional<StepKind> kind = StepKinds.of(step);
    AnalysisPhase stepRun = found.analysis().step().phase();
    StepKind.Progress progress =
        new StepKind.Progress(
            turn,
            scale,
            found.traffic(),
            stepRun,
            found.experiment().phase(),
            plugins != null && plugins.isDone());
    if (kind.isEmpty() || !kind.get().isDone(step, progress)) {
      kind.ifPresent(
          it -> turn.reason(it.rule(), "step " + (position.index() + 1), "waits", it.text(step)));
      return false;
    }
    int reached = position.index() + 1;
    next.currentStepIndex(reached)
        .canary(
            new CanaryStatus(
                null,
                canary.currentBackgroundAnalysisRunStatus(),
                canary.currentExperiment(),
                canary.weights(),
                canary.stablePingPong(),
                canary.stepPluginStatuses()));
    turn.pauses.remove(PauseCondition.CANARY_PAUSE_STEP);
    String text = StepKinds.text(step);
    turn.reason("R-150", "step " + reached, "completed", text);
    turn.tell(
        Event.normal(
            "RolloutStepCompleted",
            "Rollout step %d/%d completed (%s)".formatted(reached, position.count(), text)));
    return true;
  }
}
