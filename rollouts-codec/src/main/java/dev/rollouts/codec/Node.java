package dev.rollouts.codec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of a text with the places of its parts. Aliases share nodes, which is why {@link #size}
 * counts them once per use.
 *
 * @param value plain and unmodifiable, as {@code dev.rollouts.api.wire} wants it
 * @param at where it starts
 * @param size itself and all that is in it
 */
record Node(
    @Nullable Object value,
    Position at,
    Map<String, Position> keys,
    Map<String, Node> fields,
    List<Node> items,
    long size) {
  static Node scalar(@Nullable Object value, Position at) {
    return new Node(value, at, Map.of(), Map.of(), List.of(), 1);
  }

  static Node object(Map<String, Position> keys, Map<String, Node> fields, Position at) {
    Map<String, @Nullable Object> value = new LinkedHashMap<>();
    long size = 1;
    for (Map.Entry<String, Node> field : fields.entrySet()) {
      value.put(field.getKey(), field.getValue().value());
      size += field.getValue().size();
    }
    return new Node(Collections.unmodifiableMap(value), at, keys, fields, List.of(), size);
  }

  static Node list(List<Node> items, Position at) {
    List<@Nullable Object> value = new ArrayList<>(items.size());
    long size = 1;
    for (Node item : items) {
      value.add(item.value());
      size += item.size();
    }
    return new Node(Collections.unmodifiableList(value), at, Map.of(), Map.of(), items, size);
  }

  /** The child under a path segment, or null. */
  @Nullable Node child(Object segment) {
    if (segment instanceof Integer index) {
      return index >= 0 && index < items.size() ? items.get(index) : null;
    }
    return fields.get((String) segment);
  }
}
