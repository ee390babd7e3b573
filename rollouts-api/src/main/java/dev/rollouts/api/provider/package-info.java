/**
 * The interface that metric providers implement. Start with {@link
 * dev.rollouts.api.provider.MetricProvider}.
 *
 * <p>A provider translates: it asks a back-end and returns an {@link
 * dev.rollouts.api.provider.Observation}. Conditions, limits and counters are the engine's
 * business. A whole provider of one's own:
 *
 * <pre>{@code
 * public final class QueueDepth implements PluginMetricProvider {
 *   public String pluginName() { return "acme/queue-depth"; }
 *
 *   public Observation run(MeasurementContext context, PluginConfig plugin) {
 *     return Observation.value((double) broker.depth((String) plugin.config().at("queue")));
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.rollouts.api.provider;

import org.jspecify.annotations.NullMarked;
