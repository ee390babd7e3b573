package dev.rollouts.api.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An immutable JSON object that the model carries without looking inside, such as a Job's spec.
 * Keys keep their order. Equality is that of the content.
 *
 * @param fields unmodifiable down to the leaves
 */
public record JsonObject(Map<String, @Nullable Object> fields) {
  private static final JsonObject EMPTY = new JsonObject(Map.of());

  public JsonObject {
    fields = freezeMap(fields);
  }

  /** An object without fields. */
  public static JsonObject empty() {
    return EMPTY;
  }

  /** A copy of {@code fields}, which may be nested maps and lists of plain JSON values. */
  public static JsonObject of(Map<String, ? extends @Nullable Object> fields) {
    return new JsonObject(new LinkedHashMap<>(fields));
  }

  /**
   * The value at the keys, or null when one of them is absent or does not lead through objects.
   *
   * @param keys outermost first
   */
  public @Nullable Object at(String... keys) {
    Object here = fields;
    for (String key : keys) {
      if (!(here instanceof Map<?, ?> map)) {
        return null;
      }
      here = map.get(key);
    }
    return here;
  }

  private static Map<String, @Nullable Object> freezeMap(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), freeze(value)));
    return Collections.unmodifiableMap(copy);
  }

  private static @Nullable Object freeze(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return freezeMap(map);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(element -> copy.add(freeze(element)));
      return Collections.unmodifiableList(copy);
    }
    return value;
  }
}
