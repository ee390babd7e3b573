package dev.rollouts.engine.traffic;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import java.util.List;
import java.util.Optional;

/**
 * What routers' objects must be like before a rollout may use them; each check returns the words of
 * the validation error, or nothing. Pure and thread-safe. Spec:
 * docs/spec/traffic-routing.md#checks.
 */
public final class IngressChecks {
  private static final int VERSIONS = 2;

  private IngressChecks() {}

  /**
   * Whether some rule of an Ingress leads to a Service: for NGINX {@code stableService}, for ALB
   * {@code rootService} or else {@code stableService}.
   */
  public static Optional<String> ingress(JsonObject ingress, String service) {
    try {
      LiveNode node = LiveNode.of(ClusterObjects.keyOf(ingress), ingress);
      return IngressPaths.leadTo(node, service)
          ? Optional.empty()
          : Optional.of(noRules(node.owner().name(), service));
    } catch (LiveObjectException malformed) {
      return Optional.of(malformed.getMessage());
    }
  }

  static String noRules(String ingress, String service) {
    return "ingress `%s` has no rules using service %s backend".formatted(ingress, service);
  }

  /** Whether an Ambassador Mapping leaves its weight to the rollout. */
  public static Optional<String> ambassadorMapping(JsonObject mapping) {
    try {
      LiveNode node = LiveNode.of(ClusterObjects.keyOf(mapping), mapping);
      return node.object("spec").number("weight") == 0
          ? Optional.empty()
          : Optional.of(definesWeight(node.owner().name()));
    } catch (LiveObjectException malformed) {
      return Optional.of(malformed.getMessage());
    }
  }

  static String definesWeight(String mapping) {
    return "Ambassador mapping \"%s\" can not define weight".formatted(mapping);
  }

  /** Whether an App Mesh VirtualRouter has routes, each with a target for either version. */
  public static Optional<String> virtualRouter(JsonObject router) {
    LiveNode node = LiveNode.of(ClusterObjects.keyOf(router), router);
    String name = node.owner().name();
    try {
      List<LiveNode> routes = node.object("spec").objects("routes");
      if (routes.isEmpty()) {
        return Optional.of("No routes defined for AppMesh virtual-router " + name);
      }
      for (LiveNode route : routes) {
        int targets = AppMeshRoutes.targets(route).size();
        if (targets != VERSIONS) {
          return Optional.of(
              "Invalid number of weightedTargets (%d) for AppMesh virtual-router %s and route %s, expected %d"
                  .formatted(targets, name, route.text("name"), VERSIONS));
        }
      }
      return Optional.empty();
    } catch (LiveObjectException malformed) {
      return Optional.of(malformed.getMessage());
    }
  }
}
