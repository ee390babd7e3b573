package dev.rollouts.simulation.rollout;

import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.cluster.SimulatedCluster;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Checks every {@link RolloutInvariant}, decision by decision, and counts in how many states each
 * had a chance to fail. One instance per simulation; not thread-safe.
 */
public final class RolloutInvariants {
  private static final int DECISIONS_PER_MINUTE_MAX = 1_500;

  private final Checks checks;
  private final SimulatedCluster cluster;
  private final RolloutDecider decider;
  private final long[] chances = new long[RolloutInvariant.values().length];
  private long minute;
  private int decisionsThisMinute;
  private long turns;

  /**
   * Invariants of the decisions of one simulation.
   *
   * @param decider what took the decisions; asked again for comparison
   */
  public RolloutInvariants(SimulatedCluster cluster, RolloutDecider decider, Checks checks) {
    this.cluster = cluster;
    this.decider = decider;
    this.checks = checks;
  }

  /**
   * Checks a decision before anything of it is done.
   *
   * @throws RolloutViolation for the first invariant that does not hold
   */
  public void decided(RolloutTurn turn) {
    turns++;
    checkPace(turn);
    if (checks == Checks.OFF) {
      return;
    }
    if (checks == Checks.ALL || turns % 16 == 0) {
      var again = decider.decide(turn.rollout(), turn.seen(), turn.now());
      require(
          RolloutInvariant.DECIDING_TWICE_IS_EQUAL,
          again.equals(turn.decision()),
          () -> "first %s, then %s".formatted(turn.decision(), again));
    }
  }

  /** Checks the cluster after a turn. */
  public void ended(RolloutTurn turn) {
    require(
        RolloutInvariant.NO_HOT_LOOP, cluster.rollout() != null && turn.elapsed() >= 0, () -> "");
  }

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
            "%d decisions within a minute; the last one wants %s"
                .formatted(decisionsThisMinute, turn.decision().effects()));
  }

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
