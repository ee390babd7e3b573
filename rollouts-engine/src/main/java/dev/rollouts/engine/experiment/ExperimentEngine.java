package dev.rollouts.engine.experiment;

import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.templates.TemplateReferences;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Runs versions side by side for a while and has them analysed. Pure: the same inputs give an equal
 * decision; deciding twice, late or early does no harm. Total: what is wrong with the spec becomes
 * a condition, what goes wrong in the cluster a status with a message. Stateless and thread-safe.
 *
 * <p>Source: docs/spec/experiment.md.
 */
public final class ExperimentEngine {
  /**
   * Decides one turn: looks at the ReplicaSets and runs, brings the status up to date, plans what
   * to do.
   *
   * @param experiment as read, with the status as last saved
   * @param seen what the cluster looks like
   * @param now read from the clock once per turn
   */
  public Decision<ExperimentStatus, ClusterEffect> decide(
      Experiment experiment, ExperimentObservations seen, Instant now) {
    return new Turn(experiment, seen, now).decide();
  }

  /**
   * The analysis templates that a shell has to read before it asks for a decision: those that the
   * experiment names, and those that these name in turn. Asked again with what was read until it
   * names nothing new.
   */
  public Set<TemplateRef> reads(Experiment experiment, ExperimentObservations soFar) {
    List<TemplateRef> named =
        experiment.spec().analyses().stream().map(Analyses::templateOf).toList();
    return TemplateReferences.reachable(named, soFar.templates());
  }
}
