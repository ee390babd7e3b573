package dev.rollouts.engine.explain;

import dev.rollouts.api.Condition;
import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads objects of Kubernetes tolerantly: what is malformed counts as absent. */
final class ObjectTrees {
  private ObjectTrees() {}

  static ReplicaSet replicaSet(JsonObject tree) {
    List<Condition> conditions = new ArrayList<>();
    for (JsonObject each : list(tree.at("status", "conditions"))) {
      Instant since = time(each.at("lastTransitionTime")).orElse(Instant.EPOCH);
      conditions.add(
          new Condition(
              text(each.at("type")),
              text(each.at("status")),
              since,
              since,
              text(each.at("reason")),
              text(each.at("message"))));
    }
    return new ReplicaSet(
        ClusterObjects.metadata(tree),
        number(tree.at("spec", "replicas"), 1),
        number(tree.at("spec", "minReadySeconds"), 0),
        Wire.decode(LabelSelector.class, tree.at("spec", "selector")).value(),
        object(tree.at("spec", "template")),
        new ReplicaSet.Status(
            number(tree.at("status", "replicas"), 0),
            number(tree.at("status", "readyReplicas"), 0),
            number(tree.at("status", "availableReplicas"), 0),
            number(tree.at("status", "observedGeneration"), 0),
            conditions));
  }

  static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }

  static int number(@Nullable Object value, int absent) {
    return value instanceof Number number ? number.intValue() : absent;
  }

  static boolean isTrue(@Nullable Object value) {
    return Boolean.TRUE.equals(value);
  }

  static Optional<Instant> time(@Nullable Object value) {
    try {
      return value instanceof String text
          ? Optional.of(OffsetDateTime.parse(text).toInstant())
          : Optional.empty();
    } catch (DateTimeException unreadable) {
      return Optional.empty();
    }
  }

  static JsonObject object(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return JsonObject.empty();
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((key, each) -> fields.put(String.valueOf(key), each));
    return JsonObject.of(fields);
  }

  /** The objects of a list; anything else is passed over. */
  static List<JsonObject> list(@Nullable Object value) {
    List<JsonObject> objects = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof Map<?, ?>) {
          objects.add(object(each));
        }
      }
    }
    return objects;
  }

  /** The condition of a type under {@code status.conditions}. */
  static Optional<JsonObject> condition(JsonObject tree, String type) {
    return list(tree.at("status", "conditions")).stream()
        .filter(each -> type.equals(each.at("type")))
        .findFirst();
  }
}
