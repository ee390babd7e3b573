package dev.rollouts.engine.rollout.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object inside a pod template; a member of another type than it must have is reported. */
final class Tree {
  private final Map<?, ?> fields;
  private final Place place;
  private final FieldErrors errors;

  Tree(Map<?, ?> fields, Place place, FieldErrors errors) {
    this.fields = fields;
    this.place = place;
    this.errors = errors;
  }

  Map<?, ?> fields() {
    return fields;
  }

  Place place() {
    return place;
  }

  Place at(String key) {
    return place.key(key);
  }

  @Nullable Object get(String key) {
    return fields.get(key);
  }

  /** The object under a key; without members when it is absent. */
  Tree object(String key) {
    return object(fields.get(key), at(key));
  }

  /** The object under a key that messages leave out. */
  Tree hidden(String key) {
    return object(fields.get(key), place.hidden(key));
  }

  /** The objects of a list. */
  List<Tree> objects(String key) {
    Object value = fields.get(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      errors.invalid(at(key), value, "must be a list");
      return List.of();
    }
    List<Tree> objects = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      objects.add(object(list.get(i), at(key).index(i)));
    }
    return objects;
  }

  private Tree object(@Nullable Object value, Place where) {
    if (value instanceof Map<?, ?> map) {
      return new Tree(map, where, errors);
    }
    if (value != null) {
      errors.invalid(where, value, "must be an object");
    }
    return new Tree(Map.of(), where, errors);
  }

  /** The text under a key; empty when it is absent. */
  String text(String key) {
    Object value = fields.get(key);
    return value instanceof String text ? text : "";
  }

  /** The text under a key, which must be there. */
  String requireText(String key) {
    Object value = fields.get(key);
    if (value != null && !(value instanceof String)) {
      errors.invalid(at(key), value, "must be a string");
      return "";
    }
    String text = text(key);
    if (text.isEmpty()) {
      errors.required(at(key), "");
    }
    return text;
  }

  /** The whole number under a key, or null. */
  @Nullable Long number(String key) {
    Object value = fields.get(key);
    if (value == null) {
      return null;
    }
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    if (value instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue())) {
      return number.longValue();
    }
    errors.invalid(at(key), value, "must be an integer");
    return null;
  }

  void nonNegative(String key) {
    Long number = number(key);
    if (number != null) {
      errors.nonNegative(at(key), number);
    }
  }

  /** Reports a text that is none of these; absent and empty mean the default. */
  void oneOf(String key, List<String> supported) {
    Object value = fields.get(key);
    if (value != null && !value.equals("") && !supported.contains(value)) {
      errors.unsupported(at(key), value, supported);
    }
  }
}
