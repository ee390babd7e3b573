package dev.rollouts.controller.kube;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.Optional;

/** What this process knows of the cluster, kind by kind. */
public record Stores(
    Store<Rollout> rollouts,
    Store<Experiment> experiments,
    Store<AnalysisRun> analysisRuns,
    Store<ReplicaSet> replicaSets,
    Store<AnalysisTemplate> templates,
    Store<ClusterAnalysisTemplate> clusterTemplates,
    Store<JsonObject> services,
    Store<JsonObject> ingresses) {
  /** Nothing yet. */
  public static Stores empty() {
    return new Stores(
        new Store<>(Rollout::metadata),
        new Store<>(Experiment::metadata),
        new Store<>(AnalysisRun::metadata),
        new Store<>(ReplicaSet::metadata),
        new Store<>(AnalysisTemplate::metadata),
        new Store<>(ClusterAnalysisTemplate::metadata),
        new Store<>(ClusterObjects::metadata),
        new Store<>(ClusterObjects::metadata));
  }

  /** The store of a kind whose objects are kept as trees; empty when it is not watched. */
  public Optional<Store<JsonObject>> of(ObjectKey key) {
    return switch (key.kind()) {
      case "Service" -> key.apiVersion().equals("v1") ? Optional.of(services) : Optional.empty();
      case "Ingress" ->
          key.apiVersion().equals("networking.k8s.io/v1")
              ? Optional.of(ingresses)
              : Optional.empty();
      default -> Optional.empty();
    };
  }
}
