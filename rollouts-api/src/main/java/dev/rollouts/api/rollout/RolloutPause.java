package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.IntOrString;
import org.jspecify.annotations.Nullable;

/**
 * Waits.
 *
 * @param duration seconds as a number, or a text such as {@code 1h30m}; null waits until somebody
 *     promotes
 */
public record RolloutPause(@Nullable IntOrString duration) {}
