package dev.rollouts.controller.kube;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** ReplicaSets as trees. */
public final class ReplicaSetTree {
  private ReplicaSetTree() {}

  /** Reads one, tolerantly. */
  public static ReplicaSet read(JsonObject tree) {
    return new ReplicaSet(
        ClusterObjects.metadata(tree),
        number(tree.at("spec", "replicas"), 1),
        number(tree.at("spec", "minReadySeconds"), 0),
        Wire.decode(LabelSelector.class, tree.at("spec", "selector")).value(),
        tree.child("spec", "template"),
        Wire.decode(ReplicaSet.Status.class, tree.at("status")).value());
  }

  /** The tree of a new one; it has no status yet. */
  public static JsonObject write(ReplicaSet set) {
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    spec.put("replicas", set.replicas());
    if (set.minReadySeconds() > 0) {
      spec.put("minReadySeconds", set.minReadySeconds());
    }
    spec.put("selector", Wire.encode(set.selector()));
    spec.put("template", set.template().fields());
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", "apps/v1");
    tree.put("kind", "ReplicaSet");
    tree.put("metadata", Wire.encode(set.metadata()));
    tree.put("spec", spec);
    return JsonObject.of(tree);
  }

  private static int number(@Nullable Object value, int absent) {
    return value instanceof Number number ? number.intValue() : absent;
  }
}
