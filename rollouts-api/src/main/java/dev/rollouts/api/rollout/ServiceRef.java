package dev.rollouts.api.rollout;

/**
 * A Service to be made.
 *
 * @param name empty means a generated one
 */
public record ServiceRef(String name) {}
