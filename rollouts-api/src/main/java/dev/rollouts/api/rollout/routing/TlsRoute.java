package dev.rollouts.api.rollout.routing;

import java.util.List;

/** A TLS route by port and server names. */
public record TlsRoute(long port, List<String> sniHosts) {
  public TlsRoute {
    sniHosts = List.copyOf(sniHosts);
  }
}
