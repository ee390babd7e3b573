package dev.rollouts.engine.hash;

import dev.rollouts.api.wire.Path;
import java.util.List;
import java.util.Optional;
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

  /** The type of what is under a key or index of a value of this type; empty when nothing is. */
  default Optional<WireType> inside(Object segment) {
    return Optional.empty();
  }

  /** Adds the fields of a tree that the type does not have. */
  default void findUnknown(@Nullable Object tree, Path path, List<Path> unknown) {}
}
