package dev.rollouts.controller.faults;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.simulation.rollout.RolloutDecider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Saves decisions that only follow from each other as one, as the controller does. */
record SettlingDecider(RolloutDecider decider) implements RolloutDecider {
  private static final int TURNS_MAX = 10;

  @Override
  public Decision<RolloutStatus, ClusterEffect> decide(
      Rollout rollout, RolloutObservations seen, Instant now) {
    List<ClusterEffect> effects = new ArrayList<>();
    Rollout given = rollout;
    RolloutObservations looked = seen;
    for (int turn = 1; ; turn++) {
      Decision<RolloutStatus, ClusterEffect> decision = decider.decide(given, looked, now);
      effects.addAll(decision.effects());
      boolean acts =
          decision.effects().stream().anyMatch(it -> !(it instanceof ClusterEffect.Announce));
      if (acts || turn == TURNS_MAX || decision.status().equals(given.statusOrEmpty())) {
        return new Decision<>(decision.status(), effects, decision.wakeUp(), decision.reasons());
      }
      given = given.withStatus(decision.status());
      looked =
          new RolloutObservations(
              seen.replicaSets(),
              seen.pods(),
              seen.analysisRuns(),
              seen.experiments(),
              seen.templates(),
              seen.objects(),
              List.of());
    }
  }
}
