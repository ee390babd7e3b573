/**
 * What a Rollout leaves in objects that are not its own, when it goes or names them no more. Open
 * {@link dev.rollouts.controller.leftovers.Leftovers} first.
 */
@NullMarked
package dev.rollouts.controller.leftovers;

import org.jspecify.annotations.NullMarked;
