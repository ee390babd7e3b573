package dev.rollouts.simulation.cluster;

import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.experiment.ExperimentObservations;
import java.time.Instant;

/** One turn of an experiment: the engine's, or something that is compared with it. Pure. */
@FunctionalInterface
public interface ExperimentDecider {
  /** Decides one turn. */
  Decision<ExperimentStatus, ClusterEffect> decide(
      Experiment experiment, ExperimentObservations seen, Instant now);
}
