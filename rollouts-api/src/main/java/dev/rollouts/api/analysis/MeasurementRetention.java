package dev.rollouts.api.analysis;

import dev.rollouts.api.wire.Required;

/**
 * How many measurements the status keeps.
 *
 * @param metricName an RE2 regular expression, searched in the metric's name
 * @param limit newest measurements kept; 0 and below mean the default, 10
 */
public record MeasurementRetention(@Required String metricName, @Required int limit) {}
