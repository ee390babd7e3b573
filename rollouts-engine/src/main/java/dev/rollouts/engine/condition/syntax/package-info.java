/**
 * The condition language as text and tree: for lint and for whoever wants to look at a condition
 * without running it.
 *
 * <p>Open {@link dev.rollouts.engine.condition.syntax.ConditionParser} first.
 */
@NullMarked
package dev.rollouts.engine.condition.syntax;

import org.jspecify.annotations.NullMarked;
