package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.rollout.RolloutObservations;
import java.time.Instant;

/**
 * One decision and what went into it.
 *
 * @param elapsed milliseconds since the start
 * @param rollout as the controller saw it
 * @param now what the controller's clock showed
 * @param fresh whether it saw everything as it was
 */
public record RolloutTurn(
    long elapsed,
    Rollout rollout,
    RolloutObservations seen,
    Instant now,
    boolean fresh,
    Decision<RolloutStatus, ClusterEffect> decision) {

  /** The status that was decided on. */
  public RolloutStatus before() {
    return rollout.statusOrEmpty();
  }

  /** The status that was decided. */
  public RolloutStatus after() {
    return decision.status();
  }
}
