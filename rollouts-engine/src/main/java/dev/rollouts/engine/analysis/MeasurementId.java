package dev.rollouts.engine.analysis;

/**
 * Which measurement of a run. Stays the same however often the effect is performed, so that a
 * back-end can recognise it.
 *
 * @param metric name of the metric
 * @param attempt 1 for the first measurement, then one more than the finished ones, errors included
 */
public record MeasurementId(String metric, int attempt) {}
