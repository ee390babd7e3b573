package dev.rollouts.api.rollout;

import org.jspecify.annotations.Nullable;

/**
 * Pins the size of the canary.
 *
 * @param weight percent of {@code spec.replicas}, rounded up
 * @param replicas number of pods; wins over {@code weight}
 * @param matchTrafficWeight ends the pinning; wins over the others
 */
public record SetCanaryScale(
    @Nullable Integer weight, @Nullable Integer replicas, boolean matchTrafficWeight) {}
