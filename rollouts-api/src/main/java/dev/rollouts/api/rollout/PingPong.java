package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;

/** Two Services whose roles alternate with each update. */
public record PingPong(@Required String pingService, @Required String pongService) {}
