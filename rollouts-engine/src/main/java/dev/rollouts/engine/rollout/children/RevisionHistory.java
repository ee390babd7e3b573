package dev.rollouts.engine.rollout.children;

import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Which old ReplicaSets have been kept long enough. Rules. */
public final class RevisionHistory {
  private RevisionHistory() {}

  /**
   * The ReplicaSets to delete, oldest first. One that still has pods, or whose status is not that
   * of its current spec, stays, and no younger one goes in its place.
   *
   * @param others neither new nor stable
   * @param limit how many of them to keep; below 0 reads as 0
   */
  public static List<ReplicaSet> toDelete(List<ReplicaSet> others, int limit) {
    List<ReplicaSet> oldestFirst =
        others.stream()
            .filter(each -> each.metadata().deletionTimestamp() == null)
            .sorted(
                Comparator.comparing(RevisionHistory::createdAt).thenComparing(ReplicaSet::name))
            .toList();
    int surplus = Math.max(0, oldestFirst.size() - Math.max(0, limit));
    return oldestFirst.subList(0, surplus).stream().filter(RevisionHistory::isEmpty).toList();
  }

  private static boolean isEmpty(ReplicaSet replicaSet) {
    return replicaSet.replicas() == 0
        && replicaSet.status().replicas() == 0
        && replicaSet.isObserved();
  }

  private static Instant createdAt(ReplicaSet replicaSet) {
    Instant created = replicaSet.metadata().creationTimestamp();
    return created == null ? Instant.MAX : created;
  }
}
