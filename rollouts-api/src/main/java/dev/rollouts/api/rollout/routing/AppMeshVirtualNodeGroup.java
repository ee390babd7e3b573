package dev.rollouts.api.rollout.routing;

import org.jspecify.annotations.Nullable;

/** The virtual nodes of the two versions. */
public record AppMeshVirtualNodeGroup(
    @Nullable AppMeshNodeRef canaryVirtualNodeRef, @Nullable AppMeshNodeRef stableVirtualNodeRef) {}
