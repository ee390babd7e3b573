package dev.rollouts.codec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * JSON merge patches (RFC 7386) between trees: objects field by field, everything else, lists
 * included, as a whole. An absent field and one that is null are the same to a merge patch.
 */
public final class MergePatch {
  private MergePatch() {}

  /**
   * What turns {@code before} into {@code after}; empty when nothing does. A field that is gone is
   * null in the patch.
   */
  public static Map<String, @Nullable Object> between(
      Map<String, ? extends @Nullable Object> before,
      Map<String, ? extends @Nullable Object> after) {
    Map<String, @Nullable Object> patch = new LinkedHashMap<>();
    for (String key : before.keySet()) {
      if (after.get(key) == null && before.get(key) != null) {
        patch.put(key, null);
      }
    }
    after.forEach(
        (key, value) -> {
          Object old = before.get(key);
          if (value == null || Objects.equals(old, value)) {
            return;
          }
          if (!(value instanceof Map<?, ?> newer)) {
            patch.put(key, value);
          } else if (old instanceof Map<?, ?> older) {
            Map<String, @Nullable Object> inner = between(fields(older), fields(newer));
            if (!inner.isEmpty()) {
              patch.put(key, inner);
            }
          } else {
            patch.put(key, between(Map.of(), fields(newer)));
          }
        });
    return patch;
  }

  /** A tree after a patch; neither is changed. */
  public static Map<String, @Nullable Object> apply(
      Map<String, ? extends @Nullable Object> target,
      Map<String, ? extends @Nullable Object> patch) {
    Map<String, @Nullable Object> result = new LinkedHashMap<>(target);
    patch.forEach(
        (key, value) -> {
          if (value == null) {
            result.remove(key);
          } else if (value instanceof Map<?, ?> inner) {
            Map<String, @Nullable Object> old =
                result.get(key) instanceof Map<?, ?> map ? fields(map) : Map.of();
            result.put(key, apply(old, fields(inner)));
          } else {
            result.put(key, value);
          }
        });
    return result;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> fields(Map<?, ?> map) {
    return (Map<String, @Nullable Object>) map;
  }
}
