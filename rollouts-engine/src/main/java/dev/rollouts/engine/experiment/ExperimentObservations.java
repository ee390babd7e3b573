package dev.rollouts.engine.experiment;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import java.util.List;
import java.util.Map;

/**
 * What a shell sees of the cluster when it asks for a decision about an experiment.
 *
 * @param replicaSets that the experiment owns, or whose name it wants
 * @param services likewise
 * @param analysisRuns likewise
 * @param templates those that the experiment names, and those that these name; an absent one does
 *     not exist
 * @param answers refusals of earlier effects
 */
public record ExperimentObservations(
    List<ReplicaSet> replicaSets,
    List<Service> services,
    List<AnalysisRun> analysisRuns,
    Map<TemplateRef, AnalysisTemplateSpec> templates,
    List<ClusterAnswer> answers) {
  public ExperimentObservations {
    replicaSets = List.copyOf(replicaSets);
    services = List.copyOf(services);
    analysisRuns = List.copyOf(analysisRuns);
    templates = Map.copyOf(templates);
    answers = List.copyOf(answers);
  }
}
