package dev.rollouts.engine.rollout.replicas;

import dev.rollouts.api.rollout.CanaryStep;
import java.util.List;

/**
 * Replicas of a canary with traffic routing. Pure.
 *
 * <p>Source: docs/spec/canary.md#replicas, R-100 to R-112.
 */
public final class RoutedReplicas {
  private RoutedReplicas() {}

  /** Pods that a weight needs: its share of all, rounded up. */
  public static int needed(int weight, int replicas, int maxWeight) {
    return (int) -Math.floorDiv(-(long) weight * replicas, (long) maxWeight);
  }

  /** At least so many pods, if there are any. */
  public static int atLeast(int count, int minPods, int replicas) {
    return count == 0 ? 0 : Math.max(count, Math.min(minPods, replicas));
  }

  /**
   * The weight that an aborted update with a growing stable version may still carry: the largest
   * step below what stable does not yet cover.
   *
   * @param minPods smallest size of a version that has any; 0 for none
   * @param byStableAlone whether the pods that the canary still has do not count, because it is
   *     kept for a while anyway
   */
  public static int reverseStepWeight(
      List<CanaryStep> steps,
      int replicas,
      int maxWeight,
      int stableAvailable,
      int canaryAvailable,
      int minPods,
      boolean byStableAlone) {
    int missing = replicas - stableAvailable;
    int covered = byStableAlone ? missing : Math.max(missing, canaryAvailable);
    for (int i = steps.size() - 1; i >= 0; i--) {
      Integer weight = steps.get(i).setWeight();
      if (weight != null
          && atLeast(needed(weight, replicas, maxWeight), minPods, replicas) < covered) {
        return weight;
      }
    }
    return 0;
  }
}
