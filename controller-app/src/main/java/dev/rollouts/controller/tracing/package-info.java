/**
 * Traces of updates, for those who ask for them by the standard variables {@code OTEL_*}. Open
 * {@link dev.rollouts.controller.tracing.Tracing} first. Only {@code OpenTelemetryTracing} and what
 * it uses know OpenTelemetry, and they are not loaded unless there is something to do.
 */
@NullMarked
package dev.rollouts.controller.tracing;

import org.jspecify.annotations.NullMarked;
