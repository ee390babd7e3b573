package dev.rollouts.simulation.cluster;

import dev.rollouts.api.wire.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Edits of immutable trees. */
final class Trees {
  private Trees() {}

  /** The tree with another value at the keys, or without it when the value is null. */
  static JsonObject with(JsonObject tree, @Nullable Object value, String... keys) {
    return JsonObject.of(with(tree.fields(), value, keys, 0));
  }

  private static Map<String, @Nullable Object> with(
      @Nullable Object here, @Nullable Object value, String[] keys, int depth) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    if (here instanceof Map<?, ?> map) {
      map.forEach((key, each) -> copy.put(String.valueOf(key), each));
    }
    String key = keys[depth];
    if (depth + 1 < keys.length) {
      copy.put(key, with(copy.get(key), value, keys, depth + 1));
    } else if (value == null) {
      copy.remove(key);
    } else {
      copy.put(key, value);
    }
    return copy;
  }

  static String text(JsonObject tree, String... keys) {
    return tree.at(keys) instanceof String text ? text : "";
  }

  static int number(@Nullable Object value, int otherwise) {
    if (value instanceof Number number) {
      return number.intValue();
    }
    if (value instanceof String text) {
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException notANumber) {
        return otherwise;
      }
    }
    return otherwise;
  }
}
