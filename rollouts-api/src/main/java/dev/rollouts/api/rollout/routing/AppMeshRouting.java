package dev.rollouts.api.rollout.routing;

import org.jspecify.annotations.Nullable;

/** AWS App Mesh. */
public record AppMeshRouting(
    @Nullable AppMeshVirtualService virtualService,
    @Nullable AppMeshVirtualNodeGroup virtualNodeGroup) {}
