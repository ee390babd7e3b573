package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.List;

/** Is shown what a simulation stores about a rollout, whenever it is stored. */
public interface RolloutFollower {
  /** The rollout or one of its ReplicaSets was written. */
  void stored(Rollout rollout, List<ReplicaSet> replicaSets);

  /** An event about the rollout was sent. */
  void announced(Event event);
}
