package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.Required;

/**
 * Keeps clients on their target group.
 *
 * @param durationSeconds 1 to 604800
 */
public record StickinessConfig(@Required boolean enabled, @Required long durationSeconds) {}
