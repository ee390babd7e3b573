package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.Required;
import java.util.List;

/**
 * A VirtualService whose routes are edited.
 *
 * @param name {@code name} or {@code name.namespace} (T-400)
 * @param routes HTTP routes to edit; empty means the only one (T-410)
 */
public record IstioVirtualService(
    @Required String name,
    List<String> routes,
    List<TlsRoute> tlsRoutes,
    List<TcpRoute> tcpRoutes) {
  public IstioVirtualService {
    routes = List.copyOf(routes);
    tlsRoutes = List.copyOf(tlsRoutes);
    tcpRoutes = List.copyOf(tcpRoutes);
  }
}
