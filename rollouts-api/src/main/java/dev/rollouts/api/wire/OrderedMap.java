package dev.rollouts.api.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Immutable maps that keep the order of the YAML, which {@code Map.copyOf} does not. */
public final class OrderedMap {
  private OrderedMap() {}

  /** An unmodifiable copy with the same order of keys. */
  public static <V extends @Nullable Object> Map<String, V> copyOf(Map<String, ? extends V> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
