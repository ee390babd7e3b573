package dev.rollouts.api.rollout.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Istio: exactly one of {@code virtualService} and {@code virtualServices}. */
public record IstioRouting(
    @Nullable IstioVirtualService virtualService,
    @Nullable IstioDestinationRule destinationRule,
    @Nullable List<IstioVirtualService> virtualServices) {}
