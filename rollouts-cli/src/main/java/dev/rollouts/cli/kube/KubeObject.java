package dev.rollouts.cli.kube;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object as the API server sent it, read tolerantly: what is absent or of another type counts as
 * empty, 0 or false. Also a part of one, such as a container.
 *
 * @param fields plain JSON values; nobody changes them
 */
public record KubeObject(Map<String, @Nullable Object> fields) {
  private static final KubeObject EMPTY = new KubeObject(Map.of());

  /** Nothing at all. */
  public static KubeObject empty() {
    return EMPTY;
  }

  /** The object that a value is; an empty one for any other value. */
  @SuppressWarnings("unchecked")
  public static KubeObject of(@Nullable Object value) {
    return value instanceof Map<?, ?> map
        ? new KubeObject((Map<String, @Nullable Object>) map)
        : EMPTY;
  }

  /** The value at the keys, outermost first; null when there is none. */
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

  /** Whether there is a value at the keys. */
  public boolean has(String... keys) {
    return at(keys) != null;
  }

  /** The text at the keys. */
  public String text(String... keys) {
    return at(keys) instanceof String text ? text : "";
  }

  /** The whole number at the keys. */
  public long number(String... keys) {
    return at(keys) instanceof Number number ? number.longValue() : 0;
  }

  /** Whether there is {@code true} at the keys. */
  public boolean flag(String... keys) {
    return Boolean.TRUE.equals(at(keys));
  }

  /** The object at the keys. */
  public KubeObject child(String... keys) {
    return of(at(keys));
  }

  /** The objects in the list at the keys. */
  public List<KubeObject> children(String... keys) {
    if (!(at(keys) instanceof List<?> list)) {
      return List.of();
    }
    List<KubeObject> children = new ArrayList<>(list.size());
    for (Object each : list) {
      children.add(of(each));
    }
    return children;
  }

  /** The time at the keys; null when there is none, or it is malformed. */
  public @Nullable Instant time(String... keys) {
    return parseTime(text(keys));
  }

  /** A time as RFC 3339 has it; null when it is none. */
  public static @Nullable Instant parseTime(String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException malformed) {
      return null;
    }
  }

  public String apiVersion() {
    return text("apiVersion");
  }

  public String kind() {
    return text("kind");
  }

  public String name() {
    return text("metadata", "name");
  }

  public String namespace() {
    return text("metadata", "namespace");
  }

  public String uid() {
    return text("metadata", "uid");
  }

  public String resourceVersion() {
    return text("metadata", "resourceVersion");
  }

  /** A label; empty when absent. */
  public String label(String key) {
    return text("metadata", "labels", key);
  }

  /** An annotation; empty when absent. */
  public String annotation(String key) {
    return text("metadata", "annotations", key);
  }

  /** When it was created; null for an object that is in no cluster. */
  public @Nullable Instant createdAt() {
    return time("metadata", "creationTimestamp");
  }

  /** Whether somebody with this uid is one of its owners. */
  public boolean isOwnedBy(String uid) {
    return children("metadata", "ownerReferences").stream()
        .anyMatch(owner -> owner.text("uid").equals(uid));
  }

  /** A copy with another value at the keys, objects on the way made where they are missing. */
  public KubeObject with(@Nullable Object value, String... keys) {
    return new KubeObject(with(fields, value, keys, 0));
  }

  /** A copy without the value at the keys. */
  public KubeObject without(String... keys) {
    return has(keys) ? new KubeObject(with(fields, Absent.VALUE, keys, 0)) : this;
  }

  private enum Absent {
    VALUE
  }

  private static Map<String, @Nullable Object> with(
      Map<String, @Nullable Object> fields, @Nullable Object value, String[] keys, int at) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
    String key = keys[at];
    if (at < keys.length - 1) {
      copy.put(key, with(of(copy.get(key)).fields(), value, keys, at + 1));
    } else if (value == Absent.VALUE) {
      copy.remove(key);
    } else {
      copy.put(key, value);
    }
    return copy;
  }
}
