package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.Required;

/** A route that the controller may make and remove. */
public record ManagedRoute(@Required String name) {}
