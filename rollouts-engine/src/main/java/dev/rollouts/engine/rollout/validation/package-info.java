/**
 * What makes a controller refuse a Rollout. Start with {@link
 * dev.rollouts.engine.rollout.validation.RolloutValidation}: a controller reports the first
 * problem, lint all of them. Pure; knows objects as trees.
 *
 * <p>Rules: docs/spec/rollout-api.md#validation, in its order.
 *
 * <pre>{@code
 * Optional<String> why = RolloutValidation.firstError(rollout, seen, RouterSettings.defaults());
 * }</pre>
 */
@NullMarked
package dev.rollouts.engine.rollout.validation;

import org.jspecify.annotations.NullMarked;
