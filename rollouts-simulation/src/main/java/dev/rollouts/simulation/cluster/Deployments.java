package dev.rollouts.simulation.cluster;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Deployments: each has one ReplicaSet without a hash label that follows its size. */
final class Deployments {
  private final SimulatedCluster cluster;

  Deployments(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  private static @Nullable ObjectKey key(SimulatedCluster cluster, String name) {
    for (ObjectKey key : cluster.objectMap().keySet()) {
      if (key.kind().equals("Deployment") && key.name().equals(name)) {
        return key;
      }
    }
    return null;
  }

  @Nullable Refusal scale(String name, int replicas) {
    ObjectKey key = key(cluster, name);
    if (key == null) {
      return Refusal.notFound("deployments.apps", name);
    }
    JsonObject live = cluster.objectMap().get(key);
    if (live != null && Trees.number(live.at("spec", "replicas"), 1) != replicas) {
      cluster.putObject(key, Trees.with(live, replicas, "spec", "replicas"));
    }
    return null;
  }

  /** A Deployment was written: its pods follow. */
  void written(ObjectKey key, JsonObject tree) {
    int replicas = Trees.number(tree.at("spec", "replicas"), 1);
    LiveReplicaSet live = cluster.sets().named(name(key));
    if (live != null) {
      cluster.sets().update(live.value, live.value.withReplicas(replicas));
      return;
    }
    cluster.sets().create(replicaSet(key, tree, replicas));
  }

  /** A Deployment that is older than the simulation: it has all its pods, unless they are there. */
  void adopt(ObjectKey key, JsonObject tree) {
    if (cluster.sets().named(name(key)) != null) {
      return;
    }
    int replicas = Trees.number(tree.at("spec", "replicas"), 1);
    ReplicaSet own = replicaSet(key, tree, replicas);
    ObjectMeta born = cluster.born(own.metadata(), "rs");
    cluster
        .sets()
        .adopt(
            own.withMetadata(born)
                .withStatus(
                    new ReplicaSet.Status(
                        replicas, replicas, replicas, born.generation(), List.of())),
            List.of());
  }

  private static ReplicaSet replicaSet(ObjectKey key, JsonObject tree, int replicas) {
    ObjectMeta meta = ClusterObjects.metadata(tree);
    Map<String, @Nullable Object> template = new LinkedHashMap<>();
    if (tree.at("spec", "template") instanceof Map<?, ?> map) {
      map.forEach((field, value) -> template.put(String.valueOf(field), value));
    }
    return new ReplicaSet(
        new ObjectMeta(
            name(key),
            "",
            key.namespace(),
            "",
            "",
            0,
            null,
            null,
            Map.of(),
            Map.of(),
            List.of(
                new ObjectMeta.OwnerReference(
                    "apps/v1", "Deployment", meta.name(), meta.uid(), true, true))),
        replicas,
        0,
        LabelSelector.of(LiveReplicaSet.texts(tree.at("spec", "selector", "matchLabels"))),
        JsonObject.of(template),
        ReplicaSet.Status.empty());
  }

  private static String name(ObjectKey key) {
    return key.name() + "-deployment";
  }
}
