package dev.rollouts.cli.lint;

import dev.rollouts.api.wire.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ports by which Ingresses, VirtualServices and routes of the Gateway API lead to the Services of a
 * rollout.
 */
final class RoutePorts {
  private static final String ANNOTATION_PORT = "use-annotation";
  private static final List<String> GATEWAY_ROUTES =
      List.of("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute");

  private final ObjectSet objects;
  private final Delivery delivery;
  private final List<Judged> services;

  RoutePorts(ObjectSet objects, Delivery delivery, List<Judged> services) {
    this.objects = objects;
    this.delivery = delivery;
    this.services = services;
  }

  void check() {
    inNamespace("networking.k8s.io", "Ingress").forEach(this::checkIngress);
    inNamespace("networking.istio.io", "VirtualService").forEach(this::checkVirtualService);
    for (String kind : GATEWAY_ROUTES) {
      inNamespace("gateway.networking.k8s.io", kind).forEach(this::checkGatewayRoute);
    }
  }

  private List<Judged> inNamespace(String group, String kind) {
    return objects.all(group, kind).stream()
        .filter(each -> each.document().namespace().equals(delivery.namespace()))
        .toList();
  }

  /** The elements of a list by their paths; none where there is no list. */
  private static List<Path> elements(Judged object, Path list) {
    List<Path> paths = new ArrayList<>();
    if (object.document().valueAt(list) instanceof List<?> found) {
      for (int i = 0; i < found.size(); i++) {
        paths.add(list.index(i));
      }
    }
    return paths;
  }

  private void checkIngress(Judged ingress) {
    checkBackend(ingress, Path.of("spec", "defaultBackend", "service"));
    for (Path rule : elements(ingress, Path.of("spec", "rules"))) {
      for (Path path : elements(ingress, rule.key("http").key("paths"))) {
        checkBackend(ingress, path.key("backend").key("service"));
      }
    }
  }

  private void checkBackend(Judged ingress, Path backend) {
    Object number = ingress.document().valueAt(backend.key("port").key("number"));
    Object name = ingress.document().valueAt(backend.key("port").key("name"));
    if (!ANNOTATION_PORT.equals(name)) {
      compare(
          ingress,
          ingress.document().valueAt(backend.key("name")),
          number != null ? number : name,
          number == null,
          backend.key("port"));
    }
  }

  private void checkVirtualService(Judged routes) {
    for (String section : List.of("http", "tls", "tcp")) {
      for (Path route : elements(routes, Path.of("spec", section))) {
        for (Path each : elements(routes, route.key("route"))) {
          checkDestination(routes, each.key("destination"));
        }
        checkDestination(routes, route.key("mirror"));
        for (Path each : elements(routes, route.key("mirrors"))) {
          checkDestination(routes, each.key("destination"));
        }
      }
    }
  }

  private void checkDestination(Judged routes, Path destination) {
    Path port = destination.key("port").key("number");
    compare(
        routes,
        routes.document().valueAt(destination.key("host")),
        routes.document().valueAt(port),
        false,
        port);
  }

  private void checkGatewayRoute(Judged route) {
    for (Path rule : elements(route, Path.of("spec", "rules"))) {
      for (Path each : elements(route, rule.key("backendRefs"))) {
        compare(
            route,
            route.document().valueAt(each.key("name")),
            route.document().valueAt(each.key("port")),
            false,
            each.key("port"));
      }
    }
  }

  private void compare(
      Judged from, @Nullable Object host, @Nullable Object port, boolean byName, Path path) {
    if (port == null) {
      return;
    }
    for (Judged service : services) {
      if (!isHostOf(service, host)) {
        continue;
      }
      Set<String> ports = PortChecks.references(service, byName);
      if (!ports.contains(String.valueOf(port))) {
        from.report(
            Rule.PORT_MISMATCH,
            Severity.WARNING,
            path,
            "Service \"%s\" has no port %s".formatted(service.document().name(), port),
            ports.isEmpty()
                ? "add it to the Service"
                : "its ports are " + String.join(", ", ports));
      }
    }
  }

  /** Whether a host is a Service's name, alone or with the namespace behind it (T-400). */
  private boolean isHostOf(Judged service, @Nullable Object host) {
    if (!(host instanceof String text)) {
      return false;
    }
    String name = service.document().name();
    String full = name + "." + delivery.namespace();
    return text.equals(name)
        || (!delivery.namespace().isEmpty() && (text.equals(full) || text.startsWith(full + ".")));
  }
}
