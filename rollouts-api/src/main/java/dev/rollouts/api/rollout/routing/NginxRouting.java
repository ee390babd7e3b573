package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.OrderedMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * NGINX Ingress.
 *
 * @param annotationPrefix empty means {@code nginx.ingress.kubernetes.io}
 */
public record NginxRouting(
    String annotationPrefix,
    String stableIngress,
    Map<String, String> additionalIngressAnnotations,
    Map<String, String> canaryIngressAnnotations,
    @Nullable List<String> stableIngresses) {
  public NginxRouting {
    additionalIngressAnnotations = OrderedMap.copyOf(additionalIngressAnnotations);
    canaryIngressAnnotations = OrderedMap.copyOf(canaryIngressAnnotations);
  }
}
