package dev.rollouts.simulation.rollout;

import static dev.rollouts.simulation.rollout.RolloutInvariant.AVAILABILITY_IS_KEPT;
import static dev.rollouts.simulation.rollout.RolloutInvariant.CAPACITY_FOR_TRAFFIC_IS_KEPT;
import static dev.rollouts.simulation.rollout.RolloutInvariant.DELAY_IS_KEPT;
import static dev.rollouts.simulation.rollout.RolloutInvariant.STABLE_KEEPS_ITS_SIZE;
import static dev.rollouts.simulation.rollout.RolloutInvariant.SURGE_IS_KEPT;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many pods the versions are left with. */
final class ReplicaChecks {
  /** By how much a share of a whole number may be off. */
  private static final double ROUNDING = 1e-9;

  private final Requirement require;

  ReplicaChecks(Requirement require) {
    this.require = require;
  }

  /**
   * Checks the sizes that a decision wants.
   *
   * @param shares of the traffic by hash, as the live objects ask for before the decision is done
   */
  void check(Facts facts, Map<String, Double> shares) {
    if (facts.resized.isEmpty()) {
      return;
    }
    if (facts.isBasic()) {
      checkSurge(facts);
    }
    boolean followsWeights =
        facts.effective.isDynamic() && !facts.hasOwnSizes() && !facts.hasUnadoptedService();
    if (facts.isBasic() || followsWeights) {
      checkAvailability(facts, shares);
    }
    for (ReplicaSet set : facts.owned.values()) {
      int size = facts.sizeAfter(set);
      if (size < set.replicas()) {
        checkShrinking(facts, set, size, shares.getOrDefault(set.hash(), 0.0));
      }
    }
  }

  private void checkSurge(Facts facts) {
    int before = 0;
    int after = 0;
    boolean grows = false;
    for (ReplicaSet set : facts.owned.values()) {
      before += set.replicas();
      after += facts.sizeAfter(set);
      grows |= facts.sizeAfter(set) > set.replicas();
    }
    if (grows && !facts.before.stableRS().isEmpty()) {
      int most = Math.max(before, facts.replicas + facts.effective.maxSurge());
      int sum = after;
      require.that(SURGE_IS_KEPT, sum <= most, () -> "%d pods; %s".formatted(sum, facts.sizes()));
    }
  }

  /**
   * With routes only what they lead to serves: pods of other versions are not missed, nor are those
   * that a version has beyond its share of the traffic, which no other version could use.
   */
  private void checkAvailability(Facts facts, Map<String, Double> shares) {
    int before = 0;
    int after = 0;
    boolean shrinks = false;
    for (ReplicaSet set : facts.owned.values()) {
      double share = shares.getOrDefault(set.hash(), 0.0);
      if (!facts.isBasic() && share == 0) {
        continue;
      }
      int useful =
          facts.isBasic() || facts.hasUnadoptedCanary()
              ? Integer.MAX_VALUE
              : (int) Math.ceil(share * facts.replicas - ROUNDING);
      int available = Math.min(useful, Math.min(set.replicas(), set.available()));
      before += available;
      after += Math.min(facts.sizeAfter(set), available);
      shrinks |= facts.sizeAfter(set) < set.replicas();
    }
    if (shrinks) {
      int least = Math.min(before, facts.replicas - facts.effective.maxUnavailable());
      int left = after;
      require.that(
          AVAILABILITY_IS_KEPT,
          left >= least,
          () -> "%d of %d pods are left; %s".formatted(left, least, facts.sizes()));
    }
  }

  private void checkShrinking(Facts facts, ReplicaSet set, int size, double share) {
    int available = Math.min(set.replicas(), set.available());
    boolean routed = facts.isBlueGreen() || facts.effective.isRouted();
    // A Service that no version is pinned to yet sends traffic wherever there are pods.
    if (routed
        && share > 0
        && available > 0
        && facts.replicas > 0
        && !facts.hasPinnedSizes()
        && !facts.hasUnadoptedService()) {
      int needed =
          facts.hasOwnSizes()
              ? 1
              : (int)
                  Math.floor(
                      share * (facts.replicas - facts.effective.maxUnavailable()) + ROUNDING);
      int least = Math.max(1, Math.min(available, needed));
      require.that(
          CAPACITY_FOR_TRAFFIC_IS_KEPT,
          Math.min(size, available) >= least,
          () ->
              "%s gets %.0f %% of the traffic and goes from %d to %d pods; %s"
                  .formatted(set.hash(), share * 100, set.replicas(), size, facts.sizes()));
    }
    if (routed
        && !facts.effective.isDynamic()
        && set.hash().equals(facts.before.stableRS())
        && set.hash().equals(facts.after.stableRS())) {
      require.that(
          STABLE_KEEPS_ITS_SIZE,
          size >= facts.replicas,
          () -> "stable goes from %d to %d; %s".formatted(set.replicas(), size, facts.sizes()));
    }
    Instant deadline = deadline(set);
    boolean isSizedBySteps =
        set.hash().equals(facts.after.currentPodHash()) && !facts.after.abort();
    if (deadline != null
        && size == 0
        && !isSizedBySteps
        && facts.replicas > 0
        && !facts.effective.isDynamic()
        && facts.effective.scaleDownDelayRevisionLimit().isEmpty()) {
      require.that(
          DELAY_IS_KEPT,
          !deadline.isAfter(facts.turn.now()) || set.available() < set.replicas(),
          () ->
              "%s is scaled to 0 at %s, its deadline is %s; %s"
                  .formatted(set.hash(), facts.turn.now(), deadline, facts.sizes()));
    }
  }

  static @Nullable Instant deadline(ReplicaSet set) {
    String text = set.annotation(RolloutKeys.SCALE_DOWN_DEADLINE);
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException foreign) {
      return null;
    }
  }
}
