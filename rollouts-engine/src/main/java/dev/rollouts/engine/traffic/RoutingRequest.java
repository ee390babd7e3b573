package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.List;

/**
 * The routes that are wanted now, whole: what a router has beyond them and may remove is removed.
 *
 * @param objects the live objects
 * @param replicaSets those of the rollout
 * @param canaryHash revision that gets the canary weight; empty when there is none
 * @param stableHash revision that gets the rest
 * @param weight of the canary, 0 to {@code maxTrafficWeight}
 * @param additional destinations of an experiment with their weights
 * @param headerRoutes header routes in force, in the order of their steps; every other managed
 *     header route is removed. Each has at least one match.
 * @param mirrorRoutes mirror routes in force, likewise
 * @param weightBeforeHash whether the weight must be in force before revisions move to other
 *     subsets
 * @param canaryHashFrozen whether the canary is on its way out, so that its availability does not
 *     delay anything (T-430)
 * @param answers to what earlier decisions asked; routers that are called, such as plugins, have no
 *     objects to look at
 */
public record RoutingRequest(
    Rollout rollout,
    ClusterObjects objects,
    List<ReplicaSet> replicaSets,
    String canaryHash,
    String stableHash,
    int weight,
    List<WeightDestination> additional,
    List<SetHeaderRoute> headerRoutes,
    List<SetMirrorRoute> mirrorRoutes,
    boolean weightBeforeHash,
    boolean canaryHashFrozen,
    RouterSettings settings,
    List<ClusterAnswer> answers) {
  public RoutingRequest {
    replicaSets = List.copyOf(replicaSets);
    additional = List.copyOf(additional);
    headerRoutes = List.copyOf(headerRoutes);
    mirrorRoutes = List.copyOf(mirrorRoutes);
    answers = List.copyOf(answers);
  }

  /** Namespace of the rollout. */
  public String namespace() {
    return rollout.metadata().namespace();
  }
}
