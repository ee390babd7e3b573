package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.minidev.json.JSONValue;
import org.jspecify.annotations.Nullable;

/** A rollout named web in namespace shop, and what it owns. */
final class Children {
  static final Instant START = Instant.parse("2026-05-01T10:00:00Z");

  private Children() {}

  /** A rollout from JSON in which single quotes stand for double ones. */
  static Rollout rollout(String spec) {
    return rollout(spec, "{}");
  }

  static Rollout rollout(String spec, String status) {
    return Wire.decode(
            Rollout.class,
            json(
                """
                {'metadata': {'name': 'web', 'namespace': 'shop', 'uid': 'u-1',
                  'labels': {'team': 'red', 'argo-rollouts.argoproj.io/controller-instance-id': 'two'},
                  'annotations': {'note': 'say "hi"\\nthere', 'tab': 'a\\tb'}},
                 'spec': %s, 'status': %s}
                """
                    .formatted(spec, status)))
        .value();
  }

  /** JSON in which single quotes stand for double ones, except inside escaped double ones. */
  static Object json(String text) {
    return JSONValue.parse(text.replace("\"", "\\\"").replace('\'', '"'));
  }

  @SuppressWarnings("unchecked")
  static JsonObject tree(String text) {
    return JsonObject.of((Map<String, Object>) json(text));
  }

  static ReplicaSet replicaSet(String hash, int replicas, int createdAtMinute) {
    Map<String, String> labels = Map.of("app", "web", RolloutKeys.POD_TEMPLATE_HASH, hash);
    ObjectMeta metadata =
        new ObjectMeta(
            "web-" + hash,
            "",
            "shop",
            "rs-" + hash,
            "1",
            1,
            START.plusSeconds(60L * createdAtMinute),
            null,
            labels,
            Map.of(),
            List.of(Owners.reference(rollout("{}"))));
    return new ReplicaSet(
        metadata,
        replicas,
        5,
        LabelSelector.of(labels),
        tree(
            "{'metadata': {'labels': {'app': 'web', 'rollouts-pod-template-hash': '%s'}}, 'spec': {'containers': [{'name': 'web', 'image': 'web:1'}]}}"
                .formatted(hash)),
        new ReplicaSet.Status(replicas, replicas, replicas, 1, List.of()));
  }

  static Pod pod(
      String name, ReplicaSet owner, Instant createdAt, boolean available, boolean terminating) {
    return new Pod(
        new ObjectMeta(
            name,
            "",
            "shop",
            "pod-" + name,
            "1",
            1,
            createdAt,
            terminating ? START : null,
            PodTemplates.labels(owner.template()),
            PodTemplates.annotations(owner.template()),
            List.of(
                new ObjectMeta.OwnerReference(
                    "apps/v1", "ReplicaSet", owner.name(), owner.metadata().uid(), true, true))),
        available);
  }

  static ObjectMeta meta(
      String name, @Nullable String hash, int createdAtMinute, boolean deleting) {
    return new ObjectMeta(
        name,
        "",
        "shop",
        "uid-" + name,
        "1",
        1,
        START.plusSeconds(60L * createdAtMinute),
        deleting ? START : null,
        hash == null ? Map.of() : Map.of(RolloutKeys.POD_TEMPLATE_HASH, hash),
        Map.of(),
        List.of(Owners.reference(rollout("{}"))));
  }
}
