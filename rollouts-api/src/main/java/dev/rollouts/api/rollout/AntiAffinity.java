package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/** Keeps the pods of two versions off each other's nodes. Exactly one of the two. */
public record AntiAffinity(
    @Nullable Preferred preferredDuringSchedulingIgnoredDuringExecution,
    @Nullable RequiredTerm requiredDuringSchedulingIgnoredDuringExecution) {

  /**
   * A preference.
   *
   * @param weight 1 to 100
   */
  public record Preferred(@Required int weight) {}

  /** A requirement; it has no settings. */
  public record RequiredTerm() {}
}
