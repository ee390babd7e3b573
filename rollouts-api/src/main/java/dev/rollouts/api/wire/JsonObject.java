package dev.rollouts.api.wire;

import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.Set;
import java.util.function.BiConsumer;
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

  /**
   * An object with these fields, which may be nested maps and lists of plain JSON values. What is
   * part of another such object already is shared, everything else copied.
   */
  public static JsonObject of(Map<?, ? extends @Nullable Object> fields) {
    return new JsonObject(freezeMap(fields));
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

  /**
   * The object at the keys, or an empty one when something else is there, or nothing.
   *
   * @param keys outermost first
   */
  public JsonObject child(String... keys) {
    return at(keys) instanceof Map<?, ?> map ? of(map) : EMPTY;
  }

  private static Map<String, @Nullable Object> freezeMap(Map<?, ?> map) {
    if (map instanceof FrozenMap frozen) {
      return frozen;
    }
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), freeze(value)));
    return new FrozenMap(copy);
  }

  private static @Nullable Object freeze(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return freezeMap(map);
    }
    if (value instanceof FrozenList) {
      return value;
    }
    if (value instanceof List<?> list) {
      @Nullable Object[] copy = new Object[list.size()];
      int i = 0;
      for (Object element : list) {
        copy[i++] = freeze(element);
      }
      return new FrozenList(copy);
    }
    return value;
  }

  /** Known by its class to be unmodifiable down to the leaves. */
  private static final class FrozenMap extends AbstractMap<String, @Nullable Object> {
    private final Map<String, @Nullable Object> entries;

    FrozenMap(Map<String, @Nullable Object> entries) {
      this.entries = Collections.unmodifiableMap(entries);
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
      return entries.entrySet();
    }

    @Override
    public Set<String> keySet() {
      return entries.keySet();
    }

    @Override
    public Collection<@Nullable Object> values() {
      return entries.values();
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
      return entries.get(key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return entries.containsKey(key);
    }

    @Override
    public int size() {
      return entries.size();
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super @Nullable Object> action) {
      entries.forEach(action);
    }
  }

  /** Known by its class to be unmodifiable down to the leaves. */
  private static final class FrozenList extends AbstractList<@Nullable Object>
      implements RandomAccess {
    private final @Nullable Object[] elements;

    FrozenList(@Nullable Object[] elements) {
      this.elements = elements;
    }

    @Override
    public @Nullable Object get(int index) {
      return elements[index];
    }

    @Override
    public int size() {
      return elements.length;
    }
  }
}
