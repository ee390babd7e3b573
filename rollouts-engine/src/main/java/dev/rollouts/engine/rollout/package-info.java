/**
 * Decisions about Rollouts. Start with {@link dev.rollouts.engine.rollout.RolloutEngine}.
 *
 * <p>Rules: docs/spec/rollout.md, canary.md and blue-green.md.
 */
@NullMarked
package dev.rollouts.engine.rollout;

import org.jspecify.annotations.NullMarked;
