package dev.rollouts.api.analysis;

import dev.rollouts.api.wire.Required;

/**
 * Metrics whose outcome must not matter.
 *
 * @param metricName an RE2 regular expression, searched in the metric's name
 */
public record DryRun(@Required String metricName) {}
