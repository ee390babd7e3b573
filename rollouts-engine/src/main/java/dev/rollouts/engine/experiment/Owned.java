package dev.rollouts.engine.experiment;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.rollout.children.Owners;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment has in the cluster. A ReplicaSet or Service belongs to a template when the
 * experiment controls it and it is annotated with both names; nothing is adopted (E-005).
 *
 * @param runs all that were seen, by name
 * @param error why it cannot be told which object belongs to which template; null when it can
 */
record Owned(
    Map<String, ReplicaSet> replicaSets,
    Map<String, Service> services,
    Map<String, AnalysisRun> runs,
    @Nullable String error) {

  static Owned of(Experiment experiment, ExperimentObservations seen) {
    Map<String, ReplicaSet> replicaSets = new HashMap<>();
    Map<String, Service> services = new HashMap<>();
    String twoReplicaSets =
        index(experiment, seen.replicaSets(), ReplicaSet::metadata, "ReplicaSets", replicaSets);
    String twoServices =
        index(experiment, seen.services(), Service::metadata, "Services", services);
    Map<String, AnalysisRun> runs = new HashMap<>();
    seen.analysisRuns().forEach(run -> runs.put(run.metadata().name(), run));
    return new Owned(
        replicaSets, services, runs, twoReplicaSets == null ? twoServices : twoReplicaSets);
  }

  private static <T> @Nullable String index(
      Experiment experiment,
      List<T> objects,
      Function<T, ObjectMeta> metadata,
      String kind,
      Map<String, T> byTemplate) {
    for (T each : objects) {
      Optional<String> template = templateOf(experiment, metadata.apply(each));
      if (template.isPresent() && byTemplate.put(template.get(), each) != null) {
        return "multiple %s match single experiment template: %s".formatted(kind, template.get());
      }
    }
    return null;
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
