package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/**
 * An argument that a rollout supplies.
 *
 * @param value literal; absent reads as the empty string and counts as supplied
 */
public record RolloutArgument(@Required String name, String value, @Nullable ValueFrom valueFrom) {

  /** An argument with a literal value. */
  public static RolloutArgument of(String name, String value) {
    return new RolloutArgument(name, value, null);
  }

  /**
   * Where a value comes from; the hash wins over the field.
   *
   * @param podTemplateHashValue {@code Stable} or {@code Latest}; anything else is the empty string
   */
  public record ValueFrom(@Nullable String podTemplateHashValue, @Nullable FieldRef fieldRef) {}

  /** A path into the rollout. */
  public record FieldRef(@Required String fieldPath) {}
}
