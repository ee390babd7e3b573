package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.hash.DefaultedTemplate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pod templates as trees: their labels, their annotations, and what is deeper inside. */
public final class PodTemplates {
  private static final String METADATA = "metadata";
  private static final String LABELS = "labels";
  private static final String ANNOTATIONS = "annotations";

  private PodTemplates() {}

  /** The labels; values that are no strings are left out. */
  public static Map<String, String> labels(JsonObject template) {
    return strings(template.at(METADATA, LABELS));
  }

  /** The annotations; values that are no strings are left out. */
  public static Map<String, String> annotations(JsonObject template) {
    return strings(template.at(METADATA, ANNOTATIONS));
  }

  /** The template with more labels and annotations; equal keys are overwritten. */
  public static JsonObject withMetadata(
      JsonObject template, Map<String, String> labels, Map<String, String> annotations) {
    return put(
        put(template, labels, List.of(), METADATA, LABELS),
        annotations,
        List.of(),
        METADATA,
        ANNOTATIONS);
  }

  /** The template without some labels and annotations. */
  public static JsonObject withoutMetadata(
      JsonObject template, Collection<String> labels, Collection<String> annotations) {
    return put(
        put(template, Map.of(), labels, METADATA, LABELS),
        Map.of(),
        annotations,
        METADATA,
        ANNOTATIONS);
  }

  /** The template without the hash label, as the rollout's own is. */
  public static JsonObject withoutHash(JsonObject template) {
    return withoutMetadata(template, List.of(RolloutKeys.POD_TEMPLATE_HASH), List.of());
  }

  /**
   * Whether a ReplicaSet's template is what an API server makes of the rollout's: without hash
   * label and injected anti-affinity, after defaulting. So a ReplicaSet is found whatever computed
   * its hash.
   *
   * @param desired as the user wrote it
   * @param live without injected metadata, see {@link EphemeralMetadata#stripped}
   */
  public static boolean sameTemplate(JsonObject desired, JsonObject live) {
    return DefaultedTemplate.same(
        withoutHash(desired), AntiAffinityTerm.stripped(withoutHash(live)));
  }

  /** Whether a ReplicaSet was made from the rollout's template, whatever was injected since. */
  public static boolean sameTemplate(JsonObject desired, ReplicaSet live) {
    return sameTemplate(desired, EphemeralMetadata.stripped(live));
  }

  private static JsonObject put(
      JsonObject template, Map<String, String> add, Collection<String> remove, String... at) {
    Map<String, @Nullable Object> entries = mutable(template.at(at));
    boolean changed = entries.keySet().removeAll(remove);
    for (Map.Entry<String, String> entry : add.entrySet()) {
      changed |= !entry.getValue().equals(entries.put(entry.getKey(), entry.getValue()));
    }
    return changed ? replaced(template, entries.isEmpty() ? null : entries, at) : template;
  }

  /**
   * The tree with another value at the keys.
   *
   * @param value null removes the key
   */
  static JsonObject replaced(JsonObject tree, @Nullable Object value, String... keys) {
    return JsonObject.of(replaced(tree.fields(), value, keys, 0));
  }

  private static Map<String, @Nullable Object> replaced(
      @Nullable Object here, @Nullable Object value, String[] keys, int depth) {
    Map<String, @Nullable Object> copy = mutable(here);
    Object inner =
        depth == keys.length - 1 ? value : replaced(copy.get(keys[depth]), value, keys, depth + 1);
    if (inner == null) {
      copy.remove(keys[depth]);
    } else {
      copy.put(keys[depth], inner);
    }
    return copy;
  }

  private static Map<String, @Nullable Object> mutable(@Nullable Object tree) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    if (tree instanceof Map<?, ?> map) {
      map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    }
    return copy;
  }

  private static Map<String, String> strings(@Nullable Object tree) {
    Map<String, String> strings = new LinkedHashMap<>();
    mutable(tree)
        .forEach(
            (key, value) -> {
              if (value instanceof String text) {
                strings.put(key, text);
              }
            });
    return strings;
  }
}
