package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * AWS Application Load Balancer.
 *
 * @param rootService empty means the stable Service
 * @param annotationPrefix empty means {@code alb.ingress.kubernetes.io}
 */
public record AlbRouting(
    String ingress,
    @Required int servicePort,
    String rootService,
    String annotationPrefix,
    @Nullable StickinessConfig stickinessConfig,
    @Nullable List<String> ingresses) {}
