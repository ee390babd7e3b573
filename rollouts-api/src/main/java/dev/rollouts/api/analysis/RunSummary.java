package dev.rollouts.api.analysis;

/**
 * Metrics by outcome. Rules.
 *
 * @param count metrics of this kind in the spec
 * @param successful completed metrics that exceeded no limit
 */
public record RunSummary(int count, int successful, int failed, int inconclusive, int error) {}
