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
        new Store<>(Rollout::metadata, Stores::withKnownSpec),
        new Store<>(Experiment::metadata),
        new Store<>(AnalysisRun::metadata),
        new Store<>(ReplicaSet::metadata),
        new Store<>(AnalysisTemplate::metadata),
        new Store<>(ClusterAnalysisTemplate::metadata),
        new Store<>(ClusterObjects::metadata),
        new Store<>(ClusterObjects::metadata));
  }

  /** A spec that has not changed is kept once, and recognised by who has seen it. */
  private static Rollout withKnownSpec(Rollout known, Rollout next) {
    return known.spec().equals(next.spec()) ? next.withSpec(known.spec()) : next;
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
