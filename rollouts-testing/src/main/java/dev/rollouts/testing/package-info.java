/**
 * Tests of analysis templates and of metric providers. Start with {@link
 * dev.rollouts.testing.Template} and {@link dev.rollouts.testing.RolloutsAssertions} for templates,
 * with {@link dev.rollouts.testing.MetricProviderKit} for providers.
 *
 * <pre>{@code
 * @Test
 * void aBrokenCanaryFailsSoon(@Template("success-rate.yaml") Simulation simulation) {
 *   Trace trace = simulation.metric("success-rate", Script.constant(0.80)).run(Duration.ofHours(2));
 *   assertThat(trace).failed().becauseOf("success-rate").after(lessThan(5, MINUTES));
 * }
 * }</pre>
 *
 * <p>May import: the API, the engine, the simulation, AssertJ and Jupiter's API.
 */
@NullMarked
package dev.rollouts.testing;

import org.jspecify.annotations.NullMarked;
