/**
 * Measures with PromQL. Start with {@link dev.rollouts.analysis.prometheus.PrometheusProvider}.
 *
 * <pre>{@code
 * var provider = new PrometheusProvider();
 * Observation seen = provider.run(context, PrometheusQuery.of("http://prometheus:9090", "up"));
 * }</pre>
 */
@NullMarked
package dev.rollouts.analysis.prometheus;

import org.jspecify.annotations.NullMarked;
