package dev.rollouts.engine.condition;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A map whose keys are of any type, as {@code groupBy} and {@code fromPairs} make it. */
final class Groups extends LinkedHashMap<Object, Object> {
  private static final long serialVersionUID = 1;

  /** What is under a missing key of a map of arrays: an empty array that equals nil as well. */
  static final List<Object> NOTHING = Collections.unmodifiableList(new ArrayList<>(0));

  private final boolean arrays;

  /**
   * @param arrays whether every value is an array, so that {@link #NOTHING} is under a missing key
   */
  Groups(boolean arrays) {
    this.arrays = arrays;
  }

  /** What {@code groups[key]} and {@code groups.key} answer. */
  @Nullable Object at(@Nullable Object key) {
    Object value = get(key);
    return value == null && arrays && !containsKey(key) ? NOTHING : value;
  }
}
