package dev.rollouts.controller.kube;

import dev.rollouts.api.wire.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What of an object is kept, and what of a change is news. */
final class Pruning {
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private Pruning() {}

  /** A workload without what nobody looks at; such an object is never written back whole. */
  static JsonObject workload(JsonObject tree) {
    Map<String, @Nullable Object> kept = new LinkedHashMap<>(tree.fields());
    kept.remove("status");
    if (tree.at("metadata", "annotations") instanceof Map<?, ?> annotations
        && annotations.containsKey(LAST_APPLIED)) {
      Map<String, @Nullable Object> meta = copy(tree.at("metadata"));
      Map<String, @Nullable Object> fewer = copy(annotations);
      fewer.remove(LAST_APPLIED);
      meta.put("annotations", fewer);
      kept.put("metadata", meta);
    }
    return JsonObject.of(kept);
  }

  /** Whether two states of an object differ in more than what its own controllers report. */
  static boolean isNews(JsonObject before, JsonObject after) {
    return !Objects.equals(wanted(before), wanted(after));
  }

  private static Map<String, @Nullable Object> wanted(JsonObject tree) {
    Map<String, @Nullable Object> kept = new LinkedHashMap<>(tree.fields());
    kept.remove("status");
    Map<String, @Nullable Object> meta = copy(tree.at("metadata"));
    meta.remove("resourceVersion");
    kept.put("metadata", meta);
    return kept;
  }

  private static Map<String, @Nullable Object> copy(@Nullable Object map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    if (map instanceof Map<?, ?> fields) {
      fields.forEach((key, value) -> copy.put(String.valueOf(key), value));
    }
    return copy;
  }
}
