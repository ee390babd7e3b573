package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.Required;

/** A virtual node. */
public record AppMeshNodeRef(@Required String name) {}
