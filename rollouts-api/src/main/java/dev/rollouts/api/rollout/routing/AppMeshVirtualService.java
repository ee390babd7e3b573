package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.Required;
import java.util.List;

/**
 * A virtual service whose router's routes are edited.
 *
 * @param routes empty means all
 */
public record AppMeshVirtualService(@Required String name, List<String> routes) {
  public AppMeshVirtualService {
    routes = List.copyOf(routes);
  }
}
