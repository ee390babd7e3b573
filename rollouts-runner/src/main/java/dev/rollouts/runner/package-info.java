/**
 * Runs analyses in any JVM: the threads, clock, secrets and providers around the pure engine. Start
 * with {@link dev.rollouts.runner.AnalysisRunner}; who owns a loop already takes {@link
 * dev.rollouts.runner.Measurer} alone.
 *
 * <pre>{@code
 * try (AnalysisRunner runner = AnalysisRunner.builder().provider(new PrometheusProvider()).build()) {
 *   AnalysisRunStatus status = runner.start("shop-42", spec).await(Duration.ofMinutes(15));
 * }
 * }</pre>
 *
 * <p>May import: the API, the engine, the JDK.
 */
@NullMarked
package dev.rollouts.runner;

import org.jspecify.annotations.NullMarked;
