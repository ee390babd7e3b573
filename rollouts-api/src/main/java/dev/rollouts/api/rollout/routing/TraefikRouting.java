package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.Required;

/** A weighted TraefikService. */
public record TraefikRouting(@Required String weightedTraefikServiceName) {}
