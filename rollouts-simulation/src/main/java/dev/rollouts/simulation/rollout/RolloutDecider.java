package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.rollout.RolloutObservations;
import java.time.Instant;

/** One turn of a rollout: the engine's, or something that is compared with it. Pure. */
@FunctionalInterface
public interface RolloutDecider {
  /** Decides one turn. */
  Decision<RolloutStatus, ClusterEffect> decide(
      Rollout rollout, RolloutObservations seen, Instant now);
}
