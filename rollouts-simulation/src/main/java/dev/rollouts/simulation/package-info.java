/**
 * Analyses in virtual time. Start with {@link dev.rollouts.simulation.Simulation}; what the
 * back-end would have answered is a {@link dev.rollouts.simulation.Script}, what came of it a
 * {@link dev.rollouts.simulation.Trace}.
 *
 * <p>Everything follows from the seed: the same simulation with the same seed gives the same trace,
 * on every machine.
 *
 * <pre>{@code
 * Trace trace = Simulation.of(spec, 42)
 *     .metric("success-rate", Script.constant(0.99).then(Duration.ofMinutes(3), Script.constant(0.80)))
 *     .swarm(Fault.values())
 *     .run(Duration.ofHours(2));
 * System.out.println(trace.timeline());
 * }</pre>
 */
@NullMarked
package dev.rollouts.simulation;

import org.jspecify.annotations.NullMarked;
