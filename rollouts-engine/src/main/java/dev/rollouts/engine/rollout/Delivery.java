package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;

/** A strategy at work on one turn, once the rollout is valid and its ReplicaSets are known. */
interface Delivery {
  /** Whether template or steps are others than those that the status is about. */
  boolean isAnotherUpdate();

  /** A turn after a change of {@code spec.replicas}: sizes only. */
  Decision<RolloutStatus, ClusterEffect> scaleOnly();

  /** A whole turn. */
  Decision<RolloutStatus, ClusterEffect> deliver();
}
