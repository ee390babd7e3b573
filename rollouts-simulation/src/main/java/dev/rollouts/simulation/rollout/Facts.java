package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the checks of one turn look at, worked out once. */
final class Facts {
  final RolloutTurn turn;
  final Rollout rollout;
  final EffectiveRollout effective;
  final RolloutStatus before;
  final RolloutStatus after;
  final int replicas;
  final int maxWeight;
  final List<CanaryStep> steps;

  /** Those that the rollout owns, by hash. */
  final Map<String, ReplicaSet> owned = new LinkedHashMap<>();

  /** Sizes that the decision wants, by name; only those that it changes. */
  final Map<String, Integer> resized = new LinkedHashMap<>();

  final List<ClusterEffect.UpdateService> switches = new ArrayList<>();

  Facts(RolloutTurn turn) {
    this.turn = turn;
    this.rollout = turn.rollout();
    this.effective = EffectiveRollout.of(rollout.spec());
    this.before = turn.before();
    this.after = turn.after();
    this.replicas = effective.replicas();
    this.maxWeight = effective.maxWeight();
    this.steps = effective.steps();
    String uid = rollout.metadata().uid();
    for (ReplicaSet each : turn.seen().replicaSets()) {
      if (each.metadata().controllerUid().equals(uid)) {
        owned.put(each.hash(), each);
      }
    }
    for (ClusterEffect effect : turn.decision().effects()) {
      if (effect instanceof ClusterEffect.UpdateReplicaSet update
          && update.before().replicas() != update.after().replicas()) {
        resized.put(update.before().name(), update.after().replicas());
      } else if (effect instanceof ClusterEffect.UpdateService update
          && !update.before().hash().equals(update.after().hash())) {
        switches.add(update);
      }
    }
  }

  boolean isBasic() {
    return effective.canary() != null && !effective.isRouted();
  }

  boolean isBlueGreen() {
    return effective.blueGreen() != null;
  }

  int sizeAfter(ReplicaSet set) {
    return resized.getOrDefault(set.name(), set.replicas());
  }

  @Nullable ReplicaSet fresh() {
    return owned.get(after.currentPodHash());
  }

  int available(String hash) {
    ReplicaSet set = owned.get(hash);
    return set == null ? 0 : set.available();
  }

  /** Whether the decision only makes the ReplicaSet of a new revision. */
  boolean createsRevision() {
    for (ClusterEffect effect : turn.decision().effects()) {
      if (effect instanceof ClusterEffect.CreateReplicaSet) {
        return true;
      }
    }
    return false;
  }

  /** Whether the decision is about the same update as the status before it. */
  boolean isSameUpdate() {
    return before.currentPodHash().equals(after.currentPodHash())
        && before.currentStepHash().equals(after.currentStepHash());
  }

  boolean isPromoted() {
    return after.currentPodHash().equals(after.stableRS());
  }

  boolean wasPromoted() {
    return before.currentPodHash().equals(before.stableRS());
  }

  /**
   * Whether the update goes back to a version that is older than the stable one, which may skip
   * everything.
   */
  boolean isRollback() {
    ReplicaSet fresh = fresh();
    ReplicaSet stable = owned.get(before.stableRS());
    if (fresh == null || stable == null) {
      return false;
    }
    var mine = fresh.metadata().creationTimestamp();
    var its = stable.metadata().creationTimestamp();
    return fresh.name().equals(stable.name())
        || (mine != null && its != null && !mine.isAfter(its));
  }

  /** The index of the step that this decision completed; -1 when it completed none. */
  int completedStep() {
    Integer from = before.currentStepIndex();
    Integer to = after.currentStepIndex();
    return from != null && to != null && to == from + 1 && isSameUpdate() && from < steps.size()
        ? from
        : -1;
  }

  /** The last setWeight at or before a step; all behind the last one, none before the first. */
  int weightAt(@Nullable Integer index) {
    int here = index == null ? 0 : index;
    if (here >= steps.size()) {
      return maxWeight;
    }
    for (int i = here; i >= 0; i--) {
      Integer weight = steps.get(i).setWeight();
      if (weight != null) {
        return weight;
      }
    }
    return 0;
  }

  /** Whether sizes are left to the user or to a share of the pods. */
  boolean hasOwnSizes() {
    CanaryStrategy canary = effective.canary();
    if (canary == null) {
      return false;
    }
    return hasThreshold() || hasPinnedSizes();
  }

  /** Whether fewer pods than all of them count as enough. */
  boolean hasThreshold() {
    CanaryStrategy canary = effective.canary();
    return canary != null && canary.replicaProgressThreshold() != null;
  }

  /** Whether steps set the size of the canary, whatever its weight. */
  boolean hasPinnedSizes() {
    for (CanaryStep step : steps) {
      if (step.setCanaryScale() != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the stable or active Service still selects every version: it waits for the first one to
   * be fully available, and until then weights do not say who gets what.
   */
  boolean hasUnadoptedService() {
    CanaryStrategy canary = effective.canary();
    BlueGreenStrategy blueGreen = effective.blueGreen();
    return (canary != null && selectsAll(canary.stableService()))
        || (blueGreen != null && selectsAll(blueGreen.activeService()));
  }

  /** Whether the Service in the role of the canary still selects every version. */
  boolean hasUnadoptedCanary() {
    CanaryStrategy canary = effective.canary();
    return canary != null && selectsAll(canary.canaryService());
  }

  private boolean selectsAll(String service) {
    return !service.isEmpty()
        && turn.seen()
            .objects()
            .find(ObjectKey.service(rollout.metadata().namespace(), service))
            .map(each -> each.at("spec", "selector", RolloutKeys.POD_TEMPLATE_HASH) == null)
            .orElse(false);
  }

  String sizes() {
    List<String> all = new ArrayList<>();
    owned.forEach(
        (hash, set) ->
            all.add(
                "%s %d/%d%s%s"
                    .formatted(
                        hash,
                        set.replicas(),
                        set.available(),
                        resized.containsKey(set.name()) ? "->" + sizeAfter(set) : "",
                        hash.equals(after.stableRS())
                            ? " stable"
                            : hash.equals(after.currentPodHash()) ? " new" : "")));
    return "N=%d, surge %d, unavailable %d, step %s->%s: %s"
        .formatted(
            replicas,
            effective.maxSurge(),
            effective.maxUnavailable(),
            before.currentStepIndex(),
            after.currentStepIndex(),
            all);
  }
}
