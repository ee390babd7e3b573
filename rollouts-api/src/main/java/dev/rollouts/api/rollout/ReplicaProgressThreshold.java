package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;

/**
 * Loosens when a canary counts as scaled.
 *
 * @param type {@code Percent}; anything else counts pods
 */
public record ReplicaProgressThreshold(@Required String type, @Required int value) {}
