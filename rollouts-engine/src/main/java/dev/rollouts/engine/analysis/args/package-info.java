/**
 * Arguments and the placeholders that refer to them. Start with {@link
 * dev.rollouts.engine.analysis.args.Placeholders}.
 *
 * <p>Decisions see secrets masked; the shell resolves a metric for real when a measurement
 * is due.
 *
 * <pre>{@code
 * Metric resolved = Placeholders.resolve(metric, Map.of("service", "shop"));
 * }</pre>
 */
@NullMarked
package dev.rollouts.engine.analysis.args;

import org.jspecify.annotations.NullMarked;
