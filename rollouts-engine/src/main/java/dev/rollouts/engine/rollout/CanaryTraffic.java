package dev.rollouts.engine.rollout;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.rollout.AlbStatus;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.traffic.RoutingPlan;
import dev.rollouts.engine.traffic.RoutingRequest;
import dev.rollouts.engine.traffic.TrafficRouter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How much traffic each version is to get, and whether the routers send it. */
final class CanaryTraffic {
  private final Turn turn;
  private final StepPosition position;
  private final CanaryScale scale;
  private final List<WeightDestination> experiment;
  private final int maxWeight;
  private final @Nullable TrafficWeights recorded;

  CanaryTraffic(
      Turn turn, StepPosition position, CanaryScale scale, List<WeightDestination> experiment) {
    this.turn = turn;
    this.position = position;
    this.scale = scale;
    this.experiment = experiment;
    this.maxWeight = turn.effective.maxWeight();
    this.recorded = turn.before.canary().weights();
  }

  /**
   * What the routers were found to do.
   *
   * @param weights as they are now; the last known ones while they are being changed; null without
   *     routers
   * @param inForce whether the routes are as wanted
   * @param error why the turn cannot go on; null when it can
   * @param loadBalancers examined in this turn; null when none was
   */
  record Outcome(
      @Nullable TrafficWeights weights,
      boolean inForce,
      @Nullable String error,
      @Nullable List<AlbStatus> loadBalancers) {
    /** Whether somebody who can tell says that the weights are not in force yet. */
    boolean isUnverified() {
      return weights != null && Boolean.FALSE.equals(weights.verified());
    }
  }

  /**
   * What is wanted.
   *
   * @param takesBack whether the canary must not keep what it gets
   */
  private record Wanted(
      String rule,
      int weight,
      String canaryHash,
      List<WeightDestination> additional,
      boolean keepsRoutes,
      boolean takesBack) {
    Wanted(
        String rule,
        int weight,
        String canaryHash,
        List<WeightDestination> additional,
        boolean keepsRoutes) {
      this(rule, weight, canaryHash, additional, keepsRoutes, false);
    }

    Wanted takingBack(boolean takesBack) {
      return new Wanted(
          rule, weight, canaryHash, additional, keepsRoutes, takesBack && weight == 0);
    }
  }

  /** Whether stable is being brought back while the old canary still has traffic (row a). */
  boolean isRollingBackToStable() {
    return turn.effective.isDynamic()
        && turn.isFullyPromoted()
        && recorded != null
        && !recorded.canary().podTemplateHash().isEmpty()
        && !recorded.canary().podTemplateHash().equals(turn.revisions.freshHash())
        && turn.revisions.freshAvailable() < turn.replicas();
  }

  /** Brings the routers closer to what is wanted. */
  Outcome reconcile() {
    if (turn.routers.isEmpty()) {
      return new Outcome(null, true, null, null);
    }
    Wanted wanted = wanted();
    int stableShare =
        (int)
            Math.floorDiv((long) (maxWeight - wanted.weight()) * turn.replicas(), (long) maxWeight);
    ReplicaSet stable = turn.revisions.stable();
    if (stable == null || !canTakeItsShare(wanted, stable, stableShare)) {
      turn.reason(
          "R-127",
          Reason.ROLLOUT,
          "weight",
          wanted.weight(),
          "stableAvailable",
          turn.revisions.stableAvailable(),
          "stableNeeded",
          stableShare);
      return new Outcome(recorded, false, null, null);
    }
    turn.reason(wanted.rule(), Reason.ROLLOUT, "weight", wanted.weight());
    RoutingRequest request = request(wanted, stable);
    boolean inForce = true;
    @Nullable TrafficRouter verifying = null;
    @Nullable Boolean told = null;
    for (TrafficRouter router : turn.routers) {
      RoutingPlan plan = turn.last.plan(router, request);
      plan.effects().forEach(turn::perform);
      if (plan.error() != null) {
        if (plan.atWeight()) {
          turn.announce(Event.warning("TrafficRoutingError", plan.error()));
        }
        return new Outcome(recorded, false, plan.error(), null);
      }
      inForce &= plan.isSettled();
      if (plan.waitingFor() != null) {
        turn.reason("T-430", router.type(), "waitingFor", plan.waitingFor());
        break;
      }
      if (plan.verifiable()) {
        verifying = router;
      }
      if (plan.verified() != null) {
        told = plan.verified() && !Boolean.FALSE.equals(told);
      }
    }
    if (!inForce) {
      return new Outcome(recorded, false, null, null);
    }
    if (Boolean.FALSE.equals(told)) {
      awaitVerification(wanted, "Plugin");
      return new Outcome(weights(wanted, stable, false), true, null, null);
    }
    return verifying == null
        ? new Outcome(weights(wanted, stable, told), true, null, null)
        : verified(wanted, stable, verifying);
  }

  /**
   * Whether stable has pods for what it would get. A canary that is to get nothing more, or
   * has nothing to serve with, does not keep its weight because stable is short of pods; and one
   * that has pods of its own still gets more, as it may be the fix (pain 9).
   */
  private boolean canTakeItsShare(Wanted wanted, ReplicaSet stable, int share) {
    return stable.available() >= share
        || scale.thresholdMetFor(stable, share)
        || (wanted.takesBack() && stable.available() > 0)
        || sparesStable(wanted);
  }

  /** Whether stable gets no more than it does already. */
  private boolean sparesStable(Wanted wanted) {
    return recorded == null ? wanted.weight() > 0 : wanted.weight() >= recorded.canary().weight();
  }

  private void awaitVerification(Wanted wanted, String router) {
    turn.wakeAt(turn.now.plus(RolloutSettings.VERIFY_INTERVAL));
    turn.reason("R-133", router, "weight", wanted.weight(), "verified", false);
  }

  private RoutingRequest request(Wanted wanted, ReplicaSet stable) {
    boolean hasRoutes = wanted.keepsRoutes() && turn.revision() > 1;
    return new RoutingRequest(
        turn.rollout,
        turn.seen.objects(),
        turn.revisions.all(),
        wanted.canaryHash(),
        stable.hash(),
        wanted.weight(),
        wanted.additional(),
        hasRoutes ? position.headerRoutes() : List.<SetHeaderRoute>of(),
        hasRoutes ? position.mirrorRoutes() : List.<SetMirrorRoute>of(),
        turn.revisions.freshAvailable() == 0 && recorded != null && recorded.canary().weight() > 0,
        turn.pauses.isAborted() || isRollingBackToStable(),
        turn.settings.routers(),
        turn.seen.answers());
  }

  /** The table of R-120; the first row that applies. */
  private Wanted wanted() {
    String hash = turn.revisions.freshHash();
    if (isRollingBackToStable()) {
      return without("R-122", retreatWeight(), requireNonNull(recorded).canary().podTemplateHash());
    }
    if (turn.isFullyPromoted()) {
      return without("R-120b", 0, hash).takingBack(recorded != null);
    }
    if (turn.pauses.isAborted()) {
      return without("R-120c", retreatWeight(), hash).takingBack(true);
    }
    if (isSentToAnother()) {
      return new Wanted("R-129", 0, hash, experiment, false);
    }
    int available = turn.revisions.freshAvailable();
    if (available == 0) {
      return new Wanted("R-120d", 0, hash, experiment, false).takingBack(recordedWeight() > 0);
    }
    if (turn.before.promoteFull()) {
      int weight =
          turn.effective.isDynamic()
              ? (int)
                  Math.min(maxWeight, (long) maxWeight * available / Math.max(1, turn.replicas()))
              : recordedWeight();
      return without("R-120e", weight, hash);
    }
    if (position.count() == 0) {
      return without("R-121", 0, hash);
    }
    if (!scale.isAtDesiredCounts(null)) {
      // Never more than is sent already: a jump over steps moves no traffic before its pods are
      // there (pain 18). Less than before needs no pods.
      int most = Math.min(position.weightBefore(), recordedWeight());
      int weight = position.isAtEnd() ? most : Math.min(most, position.weight());
      return new Wanted("R-125", weight, hash, experiment, true);
    }
    return position.isAtEnd()
        ? new Wanted("R-120h", maxWeight, hash, List.of(), true)
        : new Wanted("R-120g", position.weight(), hash, experiment, true);
  }

  /** Whether an earlier canary still has a weight, which goes before the next one gets any. */
  private boolean isSentToAnother() {
    return recorded != null
        && recorded.canary().weight() > 0
        && !recorded.canary().podTemplateHash().equals(turn.revisions.freshHash());
  }

  private static Wanted without(String rule, int weight, String hash) {
    return new Wanted(rule, weight, hash, List.of(), false);
  }

  /** What the canary of this revision gets already. */
  private int recordedWeight() {
    return recorded == null
            || !recorded.canary().podTemplateHash().equals(turn.revisions.freshHash())
        ? 0
        : recorded.canary().weight();
  }

  /** The weight that stable does not cover yet while an update is taken back. */
  private int retreatWeight() {
    if (!turn.effective.isDynamic()
        || turn.revisions.stable() == null
        || turn.revisions.fresh() == null
        || turn.replicas() == 0) {
      return 0;
    }
    int covered =
        (int)
            Math.floorDiv(
                (long) maxWeight * turn.revisions.stableAvailable(), (long) turn.replicas());
    int uncovered = Math.max(0, maxWeight - covered);
    if (recorded == null || canaryAvailable() == 0) {
      return 0; // what never was sent anything, or has no pods, gets nothing
    }
    int step = scale.reverseWeight(canaryAvailable());
    int sent = isRollingBackToStable() ? recorded.canary().weight() : recordedWeight();
    if (step <= 0) {
      return Math.min(uncovered, sent);
    }
    return covered < maxWeight - step ? sent : Math.min(step, sent);
  }

  /** Pods of the version that has the canary weight. */
  private int canaryAvailable() {
    if (!isRollingBackToStable()) {
      return turn.revisions.freshAvailable();
    }
    String hash = requireNonNull(recorded).canary().podTemplateHash();
    for (ReplicaSet each : turn.revisions.others()) {
      if (each.hash().equals(hash)) {
        return each.available();
      }
    }
    return 0;
  }

  private Outcome verified(Wanted wanted, ReplicaSet stable, TrafficRouter router) {
    if (recorded != null && recorded.equals(weights(wanted, stable, true))) {
      return new Outcome(recorded, true, null, null);
    }
    Optional<ClusterAnswer.WeightVerified> answer =
        turn.seen.answers().stream()
            .filter(ClusterAnswer.WeightVerified.class::isInstance)
            .map(ClusterAnswer.WeightVerified.class::cast)
            .filter(each -> each.router().equals(router.type()) && each.weight() == wanted.weight())
            .reduce((first, second) -> second);
    if (answer.isEmpty()) {
      turn.perform(
          new ClusterEffect.VerifyWeight(router.type(), wanted.weight(), wanted.additional()));
      return new Outcome(weights(wanted, stable, false), true, null, null);
    }
    answer.get().events().forEach(turn::announce);
    String error = answer.get().error();
    if (error != null) {
      turn.announce(Event.warning("WeightVerifyError", "Failed to verify weight: " + error));
    }
    boolean verified = error == null && answer.get().verified();
    if (!verified) {
      awaitVerification(wanted, router.type());
    }
    return new Outcome(weights(wanted, stable, verified), true, null, answer.get().loadBalancers());
  }

  private TrafficWeights weights(Wanted wanted, ReplicaSet stable, @Nullable Boolean verified) {
    CanaryStrategy canary = requireNonNull(turn.effective.canary(), "canary");
    int others = wanted.additional().stream().mapToInt(WeightDestination::weight).sum();
    return new TrafficWeights(
        new WeightDestination(wanted.weight(), canary.canaryService(), wanted.canaryHash()),
        new WeightDestination(
            maxWeight - wanted.weight() - others, canary.stableService(), stable.hash()),
        wanted.additional(),
        verified);
  }
}
