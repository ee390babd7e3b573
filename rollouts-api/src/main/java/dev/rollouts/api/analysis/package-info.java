/**
 * AnalysisTemplate, ClusterAnalysisTemplate and AnalysisRun as immutable records. Start with {@link
 * dev.rollouts.api.analysis.AnalysisSpec} and {@link dev.rollouts.api.analysis.Metric}.
 *
 * <p>The records say what YAML says: durations and numbers may be placeholders ({@code
 * "{{args.window}}"}), so they are kept as written here and get their types when the engine has
 * resolved the arguments.
 *
 * <pre>{@code
 * AnalysisSpec spec = AnalysisSpec.of(Metric.named("success-rate")
 *     .interval(Duration.ofMinutes(1)).count(10).failureLimit(1)
 *     .successCondition("result[0] >= 0.95")
 *     .provider(PrometheusQuery.of("http://prometheus:9090", "sum(rate(ok[1m])) / sum(rate(all[1m]))"))
 *     .build());
 * }</pre>
 */
@NullMarked
package dev.rollouts.api.analysis;

import org.jspecify.annotations.NullMarked;
