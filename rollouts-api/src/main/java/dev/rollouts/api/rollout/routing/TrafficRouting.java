package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.OrderedMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which routers divide the traffic; all that are set are driven, in the order of T-003.
 *
 * @param maxTrafficWeight total weight; null means 100
 * @param managedRoutes routes that the controller may make and remove; their order is their
 *     precedence
 * @param plugins settings by plugin name
 */
public record TrafficRouting(
    @Nullable IstioRouting istio,
    @Nullable NginxRouting nginx,
    @Nullable AlbRouting alb,
    @Nullable SmiRouting smi,
    @Nullable AmbassadorRouting ambassador,
    @Nullable AppMeshRouting appMesh,
    @Nullable TraefikRouting traefik,
    @Nullable ApisixRouting apisix,
    @Nullable List<ManagedRoute> managedRoutes,
    Map<String, JsonObject> plugins,
    @Nullable Integer maxTrafficWeight) {
  public TrafficRouting {
    plugins = OrderedMap.copyOf(plugins);
  }
}
