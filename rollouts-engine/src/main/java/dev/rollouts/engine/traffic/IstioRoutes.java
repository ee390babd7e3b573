package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.routing.IstioVirtualService;
import dev.rollouts.api.rollout.routing.TcpRoute;
import dev.rollouts.api.rollout.routing.TlsRoute;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the routes of a VirtualService whose destinations are divided (T-410 to T-416).
 *
 * @param spec of the VirtualService
 * @param managed names of routes that the rollout makes by itself
 */
record IstioRoutes(
    LiveNode spec, IstioVirtualService settings, Set<String> managed, IstioTargets targets) {
  static final String NO_ROUTES =
      "Unable to get any of the HTTP, TCP or TLS routes for the Istio VirtualService";

  /** The three lists of routes. */
  enum Protocol {
    HTTP("http", "routes"),
    TLS("tls", "tlsRoutes"),
    TCP("tcp", "tcpRoutes");

    /** Name of the list in the spec. */
    final String field;

    private final String setting;

    Protocol(String field, String setting) {
      this.field = field;
      this.setting = setting;
    }
  }

  /** Positions by protocol, each in the order in which the settings name them. */
  Map<Protocol, List<Integer>> select() throws LiveObjectException {
    Map<Protocol, List<Integer>> selected = new EnumMap<>(Protocol.class);
    for (Protocol protocol : protocols()) {
      selected.put(protocol, select(protocol));
    }
    return selected;
  }

  /** The protocols of which routes are divided. */
  List<Protocol> protocols() throws LiveObjectException {
    List<Protocol> present = new ArrayList<>();
    for (Protocol protocol : Protocol.values()) {
      if (spec.has(protocol.field)) {
        present.add(protocol);
      }
    }
    if (present.isEmpty()) {
      throw new LiveObjectException(NO_ROUTES);
    }
    List<Protocol> divided = new ArrayList<>();
    for (Protocol protocol : present) {
      if (protocol == Protocol.HTTP || isListed(protocol) || mentions(protocol)) {
        divided.add(protocol);
      }
    }
    return divided.isEmpty() ? present : divided;
  }

  private boolean isListed(Protocol protocol) {
    return switch (protocol) {
      case HTTP -> !settings.routes().isEmpty();
      case TLS -> !settings.tlsRoutes().isEmpty();
      case TCP -> !settings.tcpRoutes().isEmpty();
    };
  }

  /** Whether a route has a version as a destination; one that has none is not about the rollout. */
  private boolean mentions(Protocol protocol) throws LiveObjectException {
    for (LiveNode route : spec.objects(protocol.field)) {
      for (LiveNode weighted : route.objects("route")) {
        IstioTargets.Role role = targets.role(weighted);
        if (role == IstioTargets.Role.CANARY || role == IstioTargets.Role.STABLE) {
          return true;
        }
      }
    }
    return false;
  }

  /** Positions of the routes to divide, at least one; each is known to have both versions. */
  List<Integer> select(Protocol protocol) throws LiveObjectException {
    List<LiveNode> routes = spec.objects(protocol.field);
    List<Integer> selected =
        switch (protocol) {
          case HTTP -> http(routes);
          case TLS -> tls(routes);
          case TCP -> tcp(routes);
        };
    for (int index : selected) {
      targets.requireBoth(routes.get(index));
    }
    return selected;
  }

  private List<Integer> http(List<LiveNode> routes) throws LiveObjectException {
    List<Integer> selected = new ArrayList<>();
    if (!isListed(Protocol.HTTP)) {
      for (int i = 0; i < routes.size(); i++) {
        if (!managed.contains(routes.get(i).text("name"))) {
          selected.add(i);
        }
      }
      return exactlyOne(Protocol.HTTP, selected);
    }
    for (String name : settings.routes()) {
      boolean found = false;
      for (int i = 0; i < routes.size(); i++) {
        if (routes.get(i).text("name").equals(name)) {
          found = true;
          if (!selected.contains(i)) {
            selected.add(i);
          }
        }
      }
      if (!found) {
        throw new LiveObjectException(
            "HTTP Route '" + name + "' is not found in the defined Virtual Service.");
      }
    }
    return selected;
  }

  private List<Integer> tls(List<LiveNode> routes) throws LiveObjectException {
    List<Integer> selected = new ArrayList<>();
    for (int i = 0; i < routes.size(); i++) {
      Set<Integer> ports = ports(routes.get(i));
      Set<String> names = new TreeSet<>();
      for (LiveNode match : routes.get(i).objects("match")) {
        names.addAll(match.texts("sniHosts"));
      }
      for (TlsRoute wanted : settings.tlsRoutes()) {
        if (isOnly(ports, wanted.port()) && names.equals(new HashSet<>(wanted.sniHosts()))) {
          selected.add(i);
          break;
        }
      }
    }
    return selectedOrOnly(Protocol.TLS, routes, selected);
  }

  private List<Integer> tcp(List<LiveNode> routes) throws LiveObjectException {
    List<Integer> selected = new ArrayList<>();
    for (int i = 0; i < routes.size(); i++) {
      Set<Integer> ports = ports(routes.get(i));
      for (TcpRoute wanted : settings.tcpRoutes()) {
        if (isOnly(ports, wanted.port())) {
          selected.add(i);
          break;
        }
      }
    }
    return selectedOrOnly(Protocol.TCP, routes, selected);
  }

  private static Set<Integer> ports(LiveNode route) throws LiveObjectException {
    Set<Integer> ports = new HashSet<>();
    for (LiveNode match : route.objects("match")) {
      ports.add(match.number("port"));
    }
    return ports;
  }

  private static boolean isOnly(Set<Integer> ports, long wanted) {
    return ports.size() <= 1 && ports.stream().allMatch(port -> port == wanted);
  }

  private List<Integer> selectedOrOnly(
      Protocol protocol, List<LiveNode> routes, List<Integer> selected) throws LiveObjectException {
    if (!isListed(protocol)) {
      return exactlyOne(protocol, routes.size() == 1 ? List.of(0) : List.of());
    }
    if (selected.isEmpty()) {
      throw new LiveObjectException(
          "No matching " + protocol + " routes found in the defined Virtual Service.");
    }
    return selected;
  }

  private static List<Integer> exactlyOne(Protocol protocol, List<Integer> selected)
      throws LiveObjectException {
    if (selected.size() != 1) {
      throw new LiveObjectException(
          "spec.%s[] should be set in VirtualService and it must have exactly one route when omitting spec.strategy.canary.trafficRouting.istio.virtualService.%s"
              .formatted(protocol.field, protocol.setting));
    }
    return selected;
  }
}
