package dev.rollouts.engine.hash;

import org.jspecify.annotations.Nullable;

/**
 * How values of one type are read from a JSON tree and written again by a client that knows the
 * type: what does not fit is the type's zero value, and unknown fields are dropped.
 */
interface WireType {
  /** What can be used of a tree; null when it is absent or of another type. */
  @Nullable Object read(@Nullable Object tree);

  /**
   * Whether a field that may be left out is left out with this value.
   *
   * @param value from {@link #read}; null is the zero value
   */
  boolean isEmpty(@Nullable Object value);

  /**
   * Writes a value.
   *
   * @param value from {@link #read}; null is the zero value
   */
  void write(@Nullable Object value, TypedJson json);
}
