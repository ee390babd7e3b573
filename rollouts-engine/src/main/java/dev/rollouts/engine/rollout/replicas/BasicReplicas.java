package dev.rollouts.engine.rollout.replicas;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replicas of a canary without traffic routing: pod counts approximate the weight, and move towards
 * it within surge and unavailability. Pure.
 *
 * <p>Source: docs/spec/canary.md#replicas, R-070 to R-090.
 */
public final class BasicReplicas {
  private BasicReplicas() {}

  /**
   * The split that comes closest to a weight.
   *
   * @param replicas wanted pods in all
   * @param weight of the canary, 0 to {@code maxWeight}
   * @param surge pods beyond {@code replicas} that may be used
   */
  public static CanarySplit target(int replicas, int weight, int maxWeight, int surge) {
    if (replicas == 0) {
      return new CanarySplit(0, 0);
    }
    long product = (long) replicas * weight;
    int high = (int) -Math.floorDiv(-product, (long) maxWeight);
    int low = (int) Math.floorDiv(product, (long) maxWeight);
    boolean zeroIsFine = weight == maxWeight || weight == 0 || (replicas == 1 && surge == 0);
    boolean lowIsFine = low != 0 || zeroIsFine;
    List<CanarySplit> candidates = new ArrayList<>(4);
    if (high < replicas || zeroIsFine) {
      candidates.add(split(high, replicas));
    }
    if (lowIsFine && !isTie(replicas, weight, maxWeight)) {
      candidates.add(split(low, replicas));
    }
    if (surge > 0) {
      candidates.add(split(high, replicas + 1));
      if (lowIsFine && !isTie(replicas + 1, weight, maxWeight)) {
        candidates.add(split(low, replicas + 1));
      }
    }
    CanarySplit best = null;
    for (CanarySplit each : candidates) {
      if (best == null || isCloser(each, best, weight, maxWeight)) {
        best = each;
      }
    }
    // Nothing fits a weight that would round up to everything: one stable pod stays.
    return best == null ? new CanarySplit(replicas - 1, 1) : best;
  }

  private static CanarySplit split(int canary, int total) {
    return new CanarySplit(canary, total - canary);
  }

  /** Whether a weight falls in the middle between two counts, where rounding goes up. */
  private static boolean isTie(int total, int weight, int maxWeight) {
    double share = total * ((double) weight / maxWeight);
    return share - Math.floor(share) == 0.5;
  }

  private static boolean isCloser(CanarySplit one, CanarySplit other, int weight, int maxWeight) {
    long oneTotal = (long) one.canary() + one.stable();
    long otherTotal = (long) other.canary() + other.stable();
    long oneOff = Math.abs((long) one.canary() * maxWeight - weight * oneTotal);
    long otherOff = Math.abs((long) other.canary() * maxWeight - weight * otherTotal);
    return oneOff * otherTotal < otherOff * oneTotal;
  }

  /**
   * The next sizes on the way to a target. At the target it returns the target.
   *
   * @param fresh pods of the new version
   * @param stable pods of the stable version; null when there is none but the new
   * @param others wanted pods of all other versions
   */
  public static CanarySplit next(
      CanarySplit target,
      Pods fresh,
      @Nullable Pods stable,
      int others,
      int replicas,
      int surge,
      int unavailable) {
    Pods old = stable == null ? Pods.NONE : stable;
    int wantCanary = stable == null ? replicas : target.canary();
    int wantStable = stable == null ? 0 : target.stable();
    int most = replicas + surge;
    int least = replicas - unavailable;

    int canary = fresh.wanted();
    int kept = old.wanted();
    int room = most - (canary + kept + others);
    if (kept < wantStable && room > 0) {
      int rise = Math.min(wantStable - kept, room);
      kept += rise;
      room -= rise;
    }
    if (canary < wantCanary && room > 0) {
      canary = Math.min(wantCanary, canary + room);
    }
    if (others > 0) {
      return new CanarySplit(canary, kept);
    }
    boolean increasing = wantCanary >= fresh.wanted();
    int spare = counted(fresh, !increasing) + counted(old, increasing) - least;
    if (spare <= 0) {
      return new CanarySplit(canary, kept);
    }
    if (increasing) {
      int drained = kept > wantStable ? Math.max(wantStable, kept - spare) : kept;
      int[] adjusted = adjust(drained, old.available(), canary, fresh.available(), most, least);
      return new CanarySplit(adjusted[1], adjusted[0]);
    }
    int drained = canary > wantCanary ? Math.max(wantCanary, canary - spare) : canary;
    int[] adjusted = adjust(drained, fresh.available(), kept, old.available(), most, least);
    return new CanarySplit(adjusted[0], adjusted[1]);
  }

  /** Pods that count for availability: those being drained by their number alone. */
  private static int counted(Pods pods, boolean drained) {
    return drained || pods.wanted() < pods.available() ? pods.wanted() : pods.available();
  }

  /** Keeps two counts within the bounds, drained one first. */
  private static int[] adjust(
      int drained, int drainedAvailable, int other, int otherAvailable, int most, int least) {
    int grown = other - Math.max(0, other + drained - most);
    int have = Math.min(drainedAvailable, drained) + Math.min(otherAvailable, grown);
    int lost = Math.max(0, otherAvailable - grown);
    grown += Math.min(lost, Math.max(0, least - have));
    return new int[] {drained - Math.max(0, grown + drained - most), grown};
  }
}
