package dev.rollouts.engine.rollout;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.List;
import java.util.Map;

/**
 * What a shell sees of the cluster when it asks for a decision. Levels, not events: seeing the same
 * twice does no harm, and what was missed shows the next time.
 *
 * @param replicaSets of the rollout's namespace that have a hash label: those it owns, and those
 *     without an owner that its selector matches
 * @param pods of these ReplicaSets; may be left out unless the rollout restarts or has ephemeral
 *     metadata, as {@link RolloutEngine#readsPods} says
 * @param analysisRuns that the rollout owns, or whose name it wants for a run of its own
 * @param experiments likewise
 * @param templates those that {@link RolloutEngine#reads} names; an absent one does not exist
 * @param objects those that {@link RolloutEngine#reads} names; an absent one does not exist
 * @param answers to what earlier decisions asked
 */
public record RolloutObservations(
    List<ReplicaSet> replicaSets,
    List<Pod> pods,
    List<AnalysisRun> analysisRuns,
    List<Experiment> experiments,
    Map<TemplateRef, AnalysisTemplateSpec> templates,
    ClusterObjects objects,
    List<ClusterAnswer> answers) {
  public RolloutObservations {
    replicaSets = List.copyOf(replicaSets);
    pods = List.copyOf(pods);
    analysisRuns = List.copyOf(analysisRuns);
    experiments = List.copyOf(experiments);
    templates = Map.copyOf(templates);
    answers = List.copyOf(answers);
  }

  /** An empty cluster. */
  public static RolloutObservations nothing() {
    return new RolloutObservations(
        List.of(), List.of(), List.of(), List.of(), Map.of(), ClusterObjects.none(), List.of());
  }
}
