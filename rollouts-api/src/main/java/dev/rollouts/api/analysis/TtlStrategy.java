package dev.rollouts.api.analysis;

import org.jspecify.annotations.Nullable;

/**
 * When a completed run is deleted: whole seconds after completion. Absent everywhere means never.
 * Rules.
 *
 * @param secondsAfterCompletion for every outcome that has no field of its own, or whose field is
 *     absent
 * @param secondsAfterSuccess for Successful
 * @param secondsAfterFailure for Failed only, not for Error or Inconclusive
 */
public record TtlStrategy(
    @Nullable Integer secondsAfterCompletion,
    @Nullable Integer secondsAfterSuccess,
    @Nullable Integer secondsAfterFailure) {}
