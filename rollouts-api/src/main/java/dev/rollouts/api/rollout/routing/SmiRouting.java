package dev.rollouts.api.rollout.routing;

/**
 * SMI TrafficSplit.
 *
 * @param rootService empty means the stable Service
 * @param trafficSplitName empty means the name of the rollout
 */
public record SmiRouting(String rootService, String trafficSplitName) {}
