/**
 * Rollouts in virtual time: a shell around the engine in a simulated cluster, with users,
 * neighbours, faults, invariants and traces. Start with {@link
 * dev.rollouts.simulation.rollout.RolloutSimulation}.
 *
 * <pre>{@code
 * RolloutTrace trace = RolloutSimulation.of(rollout, seed)
 *     .decidedBy(engine::decide)
 *     .act(When.at(Duration.ofMinutes(1)), Act.setImage("*", "shop:2"))
 *     .act(When.paused(), Act.promote())
 *     .run(Duration.ofHours(1));
 * }</pre>
 */
@NullMarked
package dev.rollouts.simulation.rollout;

import org.jspecify.annotations.NullMarked;
