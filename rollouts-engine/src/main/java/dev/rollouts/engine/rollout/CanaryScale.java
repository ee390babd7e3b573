package dev.rollouts.engine.rollout;

import static dev.rollouts.engine.rollout.replicas.RoutedReplicas.atLeast;
import static dev.rollouts.engine.rollout.replicas.RoutedReplicas.needed;
import static java.util.Objects.requireNonNull;

import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.ReplicaProgressThreshold;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.SetCanaryScale;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.replicas.BasicReplicas;
import dev.rollouts.engine.rollout.replicas.CanarySplit;
import dev.rollouts.engine.rollout.replicas.Pods;
import dev.rollouts.engine.rollout.replicas.RoutedReplicas;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How many pods a canary and its stable version get, and when that is reached. */
final class CanaryScale {
  private static final double TOLERANCE = 1e-10;

  private final Turn turn;
  private final StepPosition position;
  private final CanaryStrategy canary;
  private final boolean routed;
  private final boolean dynamic;
  private final int replicas;
  private final int maxWeight;

  CanaryScale(Turn turn, StepPosition position) {
    this.turn = turn;
    this.position = position;
    this.canary = requireNonNull(turn.effective.canary(), "canary");
    this.routed = turn.effective.isRouted();
    this.dynamic = turn.effective.isDynamic();
    this.replicas = turn.replicas();
    this.maxWeight = turn.effective.maxWeight();
  }

  /** Whether everything goes to the new version: first deploy, full promotion, or update over. */
  private boolean isWhole() {
    return isOver() || position.isAtEnd();
  }

  /** The weight that sizes follow. */
  int weight() {
    if (isOver()) {
      return maxWeight;
    }
    if (turn.before.abort()) {
      return 0;
    }
    return position.isAtEnd() ? maxWeight : position.weight();
  }

  /**
   * The weight that an aborted update with a growing stable version may still carry. A
   * canary that keeps its pods says nothing about what stable can take over (pain 13).
   */
  int reverseWeight(int canaryAvailable) {
    return RoutedReplicas.reverseStepWeight(
        position.steps(),
        replicas,
        maxWeight,
        turn.revisions.stableAvailable(),
        canaryAvailable,
        minPods(),
        turn.effective.isAbortDelayExplicit() || turn.effective.abortScaleDownDelay().isEmpty());
  }

  /**
   * Pods that the new version is to have in the end.
   *
   * @param weights on which an abort with a growing stable version depends; null when nothing was
   *     routed
   */
  int canaryCount(@Nullable TrafficWeights weights) {
    if (!routed) {
      return basicTarget().canary();
    }
    int minPods = minPods();
    if (dynamic && turn.before.abort() && !isOver()) {
      int count =
          atLeast(
              needed(reverseWeight(turn.revisions.freshAvailable()), replicas, maxWeight),
              minPods,
              replicas);
      return weights == null
          ? count
          : Math.max(count, needed(weights.canary().weight(), replicas, maxWeight));
    }
    Optional<SetCanaryScale> pinned = pinned();
    if (pinned.isPresent() && pinned.get().replicas() != null) {
      int count = Math.max(0, requireNonNull(pinned.get().replicas()));
      return dynamic ? atLeast(count, minPods, replicas) : count;
    }
    Integer pinnedWeight = pinned.map(SetCanaryScale::weight).orElse(null);
    int weight = pinnedWeight == null ? weight() : Math.max(0, pinnedWeight);
    int count = needed(weight, replicas, maxWeight);
    if (pinnedWeight == null && weights != null) {
      // What still gets traffic keeps the pods for it until a smaller weight is in force.
      count = Math.max(count, needed(sentToFresh(weights), replicas, maxWeight));
    }
    return atLeast(count, minPods, replicas);
  }

  /** What the new version gets, be it as the stable one that it was when weights were recorded. */
  private int sentToFresh(TrafficWeights weights) {
    return isOfFresh(weights)
        ? weights.canary().weight()
        : weights.stable().podTemplateHash().equals(turn.revisions.freshHash())
            ? weights.stable().weight()
            : 0;
  }

  private boolean getsTraffic(@Nullable TrafficWeights weights) {
    return weights != null && sentToFresh(weights) > 0;
  }

  private boolean isOfFresh(TrafficWeights weights) {
    return weights.canary().podTemplateHash().equals(turn.revisions.freshHash());
  }

  /** Whether steps no longer matter. */
  private boolean isOver() {
    return turn.before.promoteFull() || turn.before.stableRS().isEmpty() || turn.isFullyPromoted();
  }

  /**
   * Pods that the stable version is to have in the end.
   *
   * @param weights what it must still be able to serve; null when nothing was routed
   */
  int stableCount(@Nullable TrafficWeights weights) {
    if (!routed) {
      return basicTarget().stable();
    }
    if (!dynamic) {
      return replicas;
    }
    int weight =
        turn.before.abort() && !isOver()
            ? reverseWeight(turn.revisions.freshAvailable())
            : weight();
    if (pinned().map(SetCanaryScale::replicas).isPresent()) {
      weight = 0;
    }
    int count = needed(maxWeight - weight, replicas, maxWeight);
    if (weights != null && weights.canary().weight() > 0 && !isOfFresh(weights)) {
      count = replicas; // it takes back what an earlier canary gets before the next one gets any
    } else if (weights != null) {
      count = Math.max(count, needed(weights.stable().weight(), replicas, maxWeight));
    } else if (!turn.routers.isEmpty()) {
      count = replicas; // until a router was seen to send less, stable serves everything (pain 23)
    }
    return atLeast(count, minPods(), replicas);
  }

  private int minPods() {
    Integer field = canary.minPodsPerReplicaSet();
    return field == null ? 0 : field;
  }

  private Optional<SetCanaryScale> pinned() {
    return isWhole() || turn.before.abort() ? Optional.empty() : position.pinnedScale();
  }

  private CanarySplit basicTarget() {
    return turn.revisions.distinctStable() == null
        ? new CanarySplit(replicas, 0)
        : BasicReplicas.target(replicas, weight(), maxWeight, turn.effective.maxSurge());
  }

  /**
   * Whether both versions have the pods that the current step wants. For a canary without
   * routing that is the target of the step, not the next move towards it, so that a step never ends
   * without its own pods (pain 63). Pods that were counted before the size changed may be those
   * that go: a canary that shrinks and grows again has none of its own for a moment.
   */
  boolean isAtDesiredCounts(@Nullable TrafficWeights weights) {
    ReplicaSet fresh = turn.revisions.fresh();
    if (fresh == null || !fresh.isObserved() || !meetsThreshold(fresh, canaryCount(weights))) {
      return false;
    }
    ReplicaSet stable = turn.revisions.distinctStable();
    if (stable != null && !dynamic) {
      int count = stableCount(weights);
      if (stable.replicas() != count || stable.status().replicas() != count) {
        return false;
      }
    }
    return routed
        || turn.revisions.others().stream()
            .allMatch(each -> each.status().availableReplicas() == 0);
  }

  /** Whether a ReplicaSet has enough of the pods that it is to have. */
  boolean meetsThreshold(ReplicaSet set, int count) {
    ReplicaProgressThreshold threshold = canary.replicaProgressThreshold();
    if (threshold == null || threshold.value() < 0) {
      return set.replicas() == count && set.available() == count;
    }
    if (!threshold.type().equals("Percent")) {
      return set.available() >= threshold.value();
    }
    return count == 0 || set.available() * 100.0 / count >= threshold.value() - TOLERANCE;
  }

  /** Whether a threshold loosens what counts as enough of the pods. */
  boolean thresholdMetFor(ReplicaSet set, int count) {
    ReplicaProgressThreshold threshold = canary.replicaProgressThreshold();
    return threshold != null && threshold.value() >= 0 && meetsThreshold(set, count);
  }

  // --- moves ---

  /**
   * Changes the size of at most one group: stable, then new, then the others.
   *
   * @param observed weights as this turn has seen them
   * @param inForce whether the routes are known to be so; until they are, no version shrinks whose
   *     size follows its weight
   * @param othersMayGo whether load balancers know the pods of the new stable version (T-205)
   * @return whether something is scaled
   */
  boolean scale(@Nullable TrafficWeights observed, boolean inForce, boolean othersMayGo) {
    if (turn.isHalted()) {
      turn.reason(
          "R-210",
          Reason.ROLLOUT,
          "paused",
          turn.rollout.spec().paused(),
          "inconclusive",
          turn.pauses.isInconclusive());
      return false;
    }
    ReplicaSet stable = turn.revisions.stable();
    ReplicaSet fresh = turn.revisions.fresh();
    if (stable != null) {
      turn.removeDeadline(stable);
    }
    boolean holds = isHeldAfterAbort();
    if (fresh != null && !holds) {
      turn.removeDeadline(fresh);
    }
    ReplicaSet distinct = turn.revisions.distinctStable();
    CanarySplit sizes = routed ? routedSizes(observed, inForce) : basicMove();
    if (distinct != null && turn.scale(distinct, sizes.stable(), false)) {
      return true;
    }
    if (fresh != null) {
      boolean scaled =
          holds
              ? Deadlines.holdAfterAbort(turn, fresh, inForce && !getsTraffic(observed))
              : turn.scale(fresh, sizes.canary(), false);
      if (scaled) {
        return true;
      }
    }
    return routed ? othersMayGo && scaleRoutedOthers() : scaleBasicOthers();
  }

  /**
   * Traffic shifts one turn before the stable version shrinks: that keeps the pods for what
   * the last turn and this one have seen it get.
   */
  private CanarySplit routedSizes(@Nullable TrafficWeights observed, boolean inForce) {
    int stable = Math.max(stableCount(turn.before.canary().weights()), stableCount(observed));
    ReplicaSet distinct = turn.revisions.distinctStable();
    ReplicaSet fresh = turn.revisions.fresh();
    return new CanarySplit(
        Math.max(canaryCount(observed), pinned().isPresent() ? 0 : kept(fresh, inForce)),
        Math.max(stable, kept(distinct, inForce)));
  }

  private int kept(@Nullable ReplicaSet set, boolean inForce) {
    return inForce || set == null ? 0 : Math.min(replicas, set.replicas());
  }

  private CanarySplit basicMove() {
    ReplicaSet fresh = turn.revisions.fresh();
    ReplicaSet stable = turn.revisions.distinctStable();
    return BasicReplicas.next(
        basicTarget(),
        fresh == null ? Pods.NONE : pods(fresh),
        stable == null ? null : pods(stable),
        turn.revisions.others().stream().mapToInt(ReplicaSet::replicas).sum(),
        replicas,
        turn.effective.maxSurge(),
        turn.effective.maxUnavailable());
  }

  private static Pods pods(ReplicaSet set) {
    return new Pods(set.replicas(), set.available());
  }

  /** Whether the new version keeps its size for a while after an abort. */
  private boolean isHeldAfterAbort() {
    if (!routed || !turn.before.abort() || isOver()) {
      return false;
    }
    return turn.effective.abortScaleDownDelay().isEmpty()
        || !dynamic
        || turn.effective.isAbortDelayExplicit();
  }

  private boolean scaleBasicOthers() {
    boolean scaled = trimUnhealthy();
    int budget = spareAvailable();
    for (ReplicaSet each : youngestFirst(turn.revisions.others())) {
      ReplicaSet now = turn.current(each);
      if (budget <= 0) {
        break;
      }
      int down = Math.min(budget, now.replicas());
      if (down > 0 && turn.scale(each, now.replicas() - down, false)) {
        budget -= down;
        scaled = true;
      }
    }
    return scaled;
  }

  /** Unhealthy pods of old versions go first. */
  private boolean trimUnhealthy() {
    boolean scaled = false;
    for (ReplicaSet each : turn.revisions.others()) {
      if (each.replicas() > each.available()) {
        scaled |= turn.scale(each, each.available(), false);
      }
    }
    return scaled;
  }

  private int spareAvailable() {
    return turn.revisions.sum(ReplicaSet::available) - (replicas - turn.effective.maxUnavailable());
  }

  private boolean scaleRoutedOthers() {
    boolean scaled = trimUnhealthy();
    if (spareAvailable() <= 0) {
      return scaled;
    }
    List<ReplicaSet> waiting = new ArrayList<>();
    for (ReplicaSet each : youngestFirst(turn.revisions.others())) {
      if (each.replicas() == 0 || References.isReferenced(turn, each)) {
        continue;
      }
      boolean hasDeadline = each.annotation(RolloutKeys.SCALE_DOWN_DEADLINE) != null;
      if (dynamic || (!turn.isFullyPromoted() && !hasDeadline)) {
        scaled |= turn.scale(each, 0, false);
      } else {
        waiting.add(each);
      }
    }
    return Deadlines.scaleDownLater(turn, waiting, Optional.empty()) || scaled;
  }

  static List<ReplicaSet> youngestFirst(List<ReplicaSet> sets) {
    return sets.stream().sorted(Comparator.comparingLong(ReplicaSet::revision).reversed()).toList();
  }
}
