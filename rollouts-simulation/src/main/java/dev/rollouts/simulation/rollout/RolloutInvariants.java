package dev.rollouts.simulation.rollout;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.cluster.SimulatedCluster;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks every {@link RolloutInvariant}, decision by decision, and counts in how many states each
 * had a chance to fail. One instance per simulation; not thread-safe.
 */
public final class RolloutInvariants {
  private static final int DECISIONS_PER_MINUTE_MAX = 1_500;
  private static final int TURNS_TO_SETTLE = 40;
  private static final int FIRST_TURNS = 16;
  private static final int EVERY = 32;
  private static final long LONGEST_STALL = 15_000;

  private final Checks checks;
  private final SimulatedCluster cluster;
  private final RolloutDecider decider;
  private final StatusChecks status = new StatusChecks(this::require);
  private final ReplicaChecks replicas = new ReplicaChecks(this::require);
  private final TrafficChecks traffic = new TrafficChecks(this::require);
  private final OwnershipChecks ownership;
  private final long[] chances = new long[RolloutInvariant.values().length];

  private long minute;
  private int decisionsThisMinute;
  private long turns;
  private long routesUnknownFrom = Long.MAX_VALUE;
  private @Nullable Facts facts;
  private Map<String, Double> shares = Map.of();

  /**
   * Invariants of the decisions of one simulation.
   *
   * @param decider what took the decisions; asked again for comparison
   * @param foreign names of objects in the cluster that are none of the rollout's business
   */
  public RolloutInvariants(
      SimulatedCluster cluster, RolloutDecider decider, Checks checks, Set<String> foreign) {
    this.cluster = cluster;
    this.decider = decider;
    this.checks = checks;
    this.ownership = new OwnershipChecks(this::require, foreign);
  }

  /**
   * Checks a decision before anything of it is done.
   *
   * @throws RolloutViolation for the first invariant that does not hold
   */
  public void decided(RolloutTurn turn) {
    turns++;
    checkPace(turn);
    facts = null;
    if (checks == Checks.OFF) {
      return;
    }
    if (checks == Checks.ALL || turns <= FIRST_TURNS || turns % EVERY == 0) {
      checkRepetition(turn);
      checkSettling(turn);
      checkStored(turn);
    }
    boolean quiet = turn.decision().effects().isEmpty() && turn.after().equals(turn.before());
    if (quiet) {
      checkExit(turn);
      return;
    }
    Facts now = new Facts(turn);
    facts = now;
    if (!turn.fresh()) {
      forgetRefused(now);
    }
    if (now.isBlueGreen() || now.effective.isRouted()) {
      shares = knowsRoutes(turn) ? cluster.traffic().asked() : Map.of();
    }
    status.check(now);
    replicas.check(now, shares);
    traffic.checkSwitches(now);
    ownership.check(now);
  }

  /** A ReplicaSet that has changed since it was read keeps its size: its write will be refused. */
  private void forgetRefused(Facts now) {
    for (ReplicaSet live : cluster.replicaSets()) {
      ReplicaSet seen = now.owned.get(live.hash());
      if (seen != null
          && !seen.metadata().resourceVersion().equals(live.metadata().resourceVersion())) {
        now.resized.remove(seen.name());
      }
    }
  }

  /**
   * Whether the controller can know where traffic goes. A watch that stalls tells it soon enough;
   * one that has lost an event says nothing before the next one, and no decision can be blamed for
   * that.
   */
  private boolean knowsRoutes(RolloutTurn turn) {
    if (turn.fresh() || turn.seen().objects().equals(cluster.objects())) {
      routesUnknownFrom = Long.MAX_VALUE;
    } else {
      routesUnknownFrom = Math.min(routesUnknownFrom, turn.elapsed());
    }
    return turn.elapsed() - routesUnknownFrom <= LONGEST_STALL;
  }

  /** Checks the cluster after a turn. */
  public void ended(RolloutTurn turn) {
    Facts now = facts;
    if (now != null && turn.fresh() && (now.isBlueGreen() || now.effective.isRouted())) {
      traffic.checkShares(now, shares, cluster.traffic().asked());
    }
  }

  /** Checks where everything came to, when nothing more will happen. */
  public void checkEnd() {
    if (checks == Checks.OFF) {
      return;
    }
    Rollout rollout = cluster.rollout();
    RolloutStatus end = rollout.statusOrEmpty();
    require(
        RolloutInvariant.ENDS_SOMEWHERE,
        end.phase() != null && end.phase() != RolloutPhase.PROGRESSING,
        () -> "the phase is %s: %s".formatted(end.phase(), end.message()));
    if (end.abort()
        && !end.currentPodHash().equals(end.stableRS())
        && rollout.spec().strategy().canary() != null
        && rollout.spec().strategy().canary().trafficRouting() != null
        && !rollout.spec().paused()
        && cluster.ready(end.stableRS()) >= leastToTakeAllBack(rollout)) {
      double share = cluster.traffic().asked().getOrDefault(end.currentPodHash(), 0.0);
      require(
          RolloutInvariant.ABORTED_WEIGHT_ENDS_AT_ZERO,
          share == 0,
          () -> "the aborted %s ends with %.0f %%".formatted(end.currentPodHash(), share * 100));
    }
  }

  /**
   * Pods that stable must have for an aborted canary to lose all traffic. A stable version that was
   * shrunk on purpose takes it back as it grows, and not beyond the pods that the cluster gives it
   * any other takes everything at once.
   */
  private static int leastToTakeAllBack(Rollout rollout) {
    EffectiveRollout effective = EffectiveRollout.of(rollout.spec());
    return effective.isDynamic() ? Math.max(1, effective.replicas()) : 1;
  }

  // -- deciding

  private void checkPace(RolloutTurn turn) {
    if (turn.elapsed() / 60_000 != minute) {
      minute = turn.elapsed() / 60_000;
      decisionsThisMinute = 0;
    }
    decisionsThisMinute++;
    require(
        RolloutInvariant.NO_HOT_LOOP,
        decisionsThisMinute <= DECISIONS_PER_MINUTE_MAX,
        () ->
            "%d decisions within a minute; the last one wants %s, status %s"
                .formatted(decisionsThisMinute, turn.decision().effects(), turn.after()));
  }

  private void checkRepetition(RolloutTurn turn) {
    var again = decider.decide(turn.rollout(), turn.seen(), turn.now());
    require(
        RolloutInvariant.DECIDING_TWICE_IS_EQUAL,
        again.equals(turn.decision()),
        () -> "first %s, then %s".formatted(turn.decision(), again));
  }

  /** With the status saved and nothing else new, deciding on comes to rest or wants something. */
  private void checkSettling(RolloutTurn turn) {
    RolloutObservations seen = withoutAnswers(turn.seen());
    Decision<RolloutStatus, ClusterEffect> decision = turn.decision();
    Rollout rollout = turn.rollout();
    for (int i = 0; i < TURNS_TO_SETTLE; i++) {
      if (!decision.effects().isEmpty() || decision.status().equals(rollout.statusOrEmpty())) {
        require(RolloutInvariant.NOTHING_NEW_SETTLES, true, () -> "");
        return;
      }
      rollout = rollout.withStatus(decision.status());
      decision = decider.decide(rollout, seen, turn.now());
    }
    RolloutStatus last = decision.status();
    RolloutStatus before = rollout.statusOrEmpty();
    require(
        RolloutInvariant.NOTHING_NEW_SETTLES,
        false,
        () ->
            "after %d decisions the status still changes from %s to %s"
                .formatted(TURNS_TO_SETTLE, before, last));
  }

  private static RolloutObservations withoutAnswers(RolloutObservations seen) {
    return seen.answers().isEmpty()
        ? seen
        : new RolloutObservations(
            seen.replicaSets(),
            seen.pods(),
            seen.analysisRuns(),
            seen.experiments(),
            seen.templates(),
            seen.objects(),
            List.of());
  }

  private void checkStored(RolloutTurn turn) {
    RolloutStatus read = Wire.decode(RolloutStatus.class, Wire.encode(turn.after())).value();
    require(
        RolloutInvariant.STATUS_SURVIVES_A_RESTART,
        read.equals(turn.after()),
        () -> "written %s, read back %s".formatted(turn.after(), read));
  }

  // -- waiting

  private void checkExit(RolloutTurn turn) {
    turn.decision()
        .wakeUp()
        .ifPresent(
            at ->
                require(
                    RolloutInvariant.WAKE_UP_LIES_AHEAD,
                    at.isAfter(turn.now()),
                    () -> "wake-up %s at %s".formatted(at, turn.now())));
    RolloutStatus after = turn.after();
    Integer index = after.currentStepIndex();
    if (after.abort()
        && index != null
        && !turn.rollout().spec().paused()
        && !after.currentPodHash().equals(after.stableRS())) {
      require(
          RolloutInvariant.STEP_INDEX_IN_RANGE,
          index == 0,
          () -> "at rest, aborted, at step index " + index);
    }
    if (after.phase() == RolloutPhase.PROGRESSING) {
      require(
          RolloutInvariant.FINITE_EXIT,
          turn.decision().wakeUp().isPresent() || isExpecting(turn),
          () -> "nothing is due, and nothing is expected: %s".formatted(after.message()));
    }
  }

  /** Whether somebody else is still to do something. */
  private static boolean isExpecting(RolloutTurn turn) {
    for (ReplicaSet each : turn.seen().replicaSets()) {
      if (!each.isObserved()
          || each.replicas() != each.status().availableReplicas()
          || each.replicas() != each.status().replicas()) {
        return true;
      }
    }
    for (AnalysisRun each : turn.seen().analysisRuns()) {
      if (!each.statusOrPending().phase().isCompleted()) {
        return true;
      }
    }
    for (Experiment each : turn.seen().experiments()) {
      var phase = each.statusOrEmpty().phase();
      if (phase == null || !phase.isCompleted()) {
        return true;
      }
    }
    return false;
  }

  // -- counting

  /** In how many states each invariant could have failed. */
  @SuppressWarnings("EnumOrdinal") // an array: counting is most of what a cheap invariant costs
  public RolloutChances chances() {
    Map<RolloutInvariant, Long> counted = new EnumMap<>(RolloutInvariant.class);
    for (RolloutInvariant invariant : RolloutInvariant.values()) {
      if (chances[invariant.ordinal()] > 0) {
        counted.put(invariant, chances[invariant.ordinal()]);
      }
    }
    return new RolloutChances(counted);
  }

  @SuppressWarnings("EnumOrdinal")
  private void require(RolloutInvariant invariant, boolean holds, Supplier<String> detail) {
    chances[invariant.ordinal()]++;
    if (!holds) {
      throw new RolloutViolation(invariant, detail.get());
    }
  }
}
