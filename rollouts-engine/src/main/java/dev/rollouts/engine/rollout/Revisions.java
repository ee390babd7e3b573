package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The ReplicaSets of a rollout by their part in it. They are the same for new and stable when the
 * update is over.
 *
 * @param fresh the one that matches the current template; null before it is made
 * @param stable the last fully promoted one; null before the first, or when it is gone
 * @param others all others, oldest first
 */
record Revisions(@Nullable ReplicaSet fresh, @Nullable ReplicaSet stable, List<ReplicaSet> others) {
  static final Comparator<ReplicaSet> BY_AGE =
      Comparator.comparing((ReplicaSet each) -> created(each))
          .thenComparing(ReplicaSet::revision)
          .thenComparing(ReplicaSet::name);

  Revisions {
    others = List.copyOf(others);
  }

  static Revisions of(List<ReplicaSet> owned, @Nullable ReplicaSet fresh, RolloutStatus status) {
    List<ReplicaSet> sorted = new ArrayList<>(owned);
    sorted.sort(BY_AGE);
    ReplicaSet stable = null;
    if (!status.stableRS().isEmpty()) {
      for (ReplicaSet each : sorted) {
        if (each.hash().equals(status.stableRS())) {
          stable = each;
          break;
        }
      }
    }
    List<ReplicaSet> others = new ArrayList<>();
    for (ReplicaSet each : sorted) {
      if (!isSame(each, fresh) && !isSame(each, stable)) {
        others.add(each);
      }
    }
    return new Revisions(fresh, stable, others);
  }

  static Instant created(ReplicaSet set) {
    Instant at = set.metadata().creationTimestamp();
    return at == null ? Instant.MAX : at;
  }

  static boolean isSame(@Nullable ReplicaSet one, @Nullable ReplicaSet other) {
    return one != null && other != null && one.name().equals(other.name());
  }

  /** Whether the new version is the stable one. */
  boolean isFreshStable() {
    return isSame(fresh, stable);
  }

  /** The stable one, unless it is the new one. */
  @Nullable ReplicaSet distinctStable() {
    return isFreshStable() ? null : stable;
  }

  /** All, each once: stable, new, others from old to young. */
  List<ReplicaSet> all() {
    List<ReplicaSet> all = new ArrayList<>(others.size() + 2);
    ReplicaSet distinct = distinctStable();
    if (distinct != null) {
      all.add(distinct);
    }
    if (fresh != null) {
      all.add(fresh);
    }
    all.addAll(others);
    return all;
  }

  /** All but the new one. */
  List<ReplicaSet> old() {
    return all().stream().filter(each -> !isSame(each, fresh)).toList();
  }

  /** The sum of a number over all. */
  int sum(ToIntFunction<ReplicaSet> number) {
    int sum = 0;
    for (ReplicaSet each : all()) {
      sum += number.applyAsInt(each);
    }
    return sum;
  }

  /** Hash of the new one; empty before it is made. */
  String freshHash() {
    return fresh == null ? "" : fresh.hash();
  }

  /** Available pods of the new one. */
  int freshAvailable() {
    return fresh == null ? 0 : fresh.available();
  }

  /** Available pods of the stable one. */
  int stableAvailable() {
    return stable == null ? 0 : stable.available();
  }
}
