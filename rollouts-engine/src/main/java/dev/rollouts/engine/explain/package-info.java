/**
 * Why a Rollout or an Experiment stands where it does, what it waits for and until when, and what a
 * person can do. Start with {@link dev.rollouts.engine.explain.Account#of}.
 *
 * <p>Works from the status alone, whoever wrote it, and says more with every object that is given
 * beside it:
 *
 * <pre>{@code
 * Neighbours around = Neighbours.ofFiles(trees);
 * print(Account.of(rollout, around, now).text(80));
 * }</pre>
 */
@NullMarked
package dev.rollouts.engine.explain;

import org.jspecify.annotations.NullMarked;
