package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.Set;

/**
 * Divides the traffic of a canary by editing one router's objects. Pure, stateless, thread-safe.
 */
public interface TrafficRouter {
  /** As in messages and status: {@code Istio}. */
  String type();

  /** Whether the rollout is configured for this router. */
  boolean isConfigured(Rollout rollout);

  /**
   * The objects that {@link #plan} looks at. Asked again with what was read until it names nothing
   * new, for references that lead from one object to the next.
   *
   * @param soFar what has been read; an object that was asked for and is not there does not exist
   */
  Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings settings);

  /**
   * Revisions that the live objects name, so that their pods must stay.
   *
   * @return hashes; empty for a router that names Services only
   */
  default Set<String> referencedHashes(
      Rollout rollout, ClusterObjects objects, RouterSettings settings) {
    return Set.of();
  }

  /**
   * What to write so that the routes are as wanted. Without effects and without a problem they are.
   * A plan never edits an object that is not this rollout's to edit.
   */
  RoutingPlan plan(RoutingRequest request);
}
