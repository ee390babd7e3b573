package dev.rollouts.engine.experiment;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.rollout.children.Owners;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment has in the cluster. A ReplicaSet or Service belongs to a template when the
 * experiment controls it and it is annotated with both names; nothing is adopted (E-005).
 *
 * @param services of each template, in the order of their names; more than one where an edit has
 *     changed the name before the first was seen
 * @param runs all that were seen, by name
 * @param error why it cannot be told which object belongs to which template; null when it can
 */
record Owned(
    Map<String, ReplicaSet> replicaSets,
    Map<String, List<Service>> services,
    Map<String, AnalysisRun> runs,
    @Nullable String error) {

  static Owned of(Experiment experiment, ExperimentObservations seen) {
    Map<String, ReplicaSet> replicaSets = new HashMap<>();
    String error = null;
    for (ReplicaSet each : seen.replicaSets()) {
      Optional<String> template = templateOf(experiment, each.metadata());
      if (template.isPresent() && replicaSets.put(template.get(), each) != null) {
        error = "multiple ReplicaSets match single experiment template: " + template.get();
      }
    }
    Map<String, List<Service>> services = new HashMap<>();
    seen.services().stream()
        .sorted(Comparator.comparing(Service::name))
        .forEach(
            each ->
                templateOf(experiment, each.metadata())
                    .ifPresent(
                        template ->
                            services
                                .computeIfAbsent(template, name -> new ArrayList<>())
                                .add(each)));
    Map<String, AnalysisRun> runs = new HashMap<>();
    seen.analysisRuns().forEach(run -> runs.put(run.metadata().name(), run));
    return new Owned(replicaSets, services, runs, error);
  }

  private static Optional<String> templateOf(Experiment experiment, ObjectMeta metadata) {
    if (!Owners.isControlledBy(metadata, experiment.metadata())
        || !experiment
            .metadata()
            .name()
            .equals(metadata.annotations().get(RolloutKeys.EXPERIMENT_NAME))) {
      return Optional.empty();
    }
    String name = metadata.annotations().get(RolloutKeys.EXPERIMENT_TEMPLATE);
    return experiment.spec().templates().stream()
        .map(ExperimentTemplate::name)
        .filter(each -> each.equals(name))
        .findFirst();
  }
}
