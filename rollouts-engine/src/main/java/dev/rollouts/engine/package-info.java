/**
 * What every engine returns. Start with {@link dev.rollouts.engine.Decision}.
 *
 * <p>Everything below this package is pure: no I/O, no clock, no thread, no logger, no randomness.
 */
@NullMarked
package dev.rollouts.engine;

import org.jspecify.annotations.NullMarked;
