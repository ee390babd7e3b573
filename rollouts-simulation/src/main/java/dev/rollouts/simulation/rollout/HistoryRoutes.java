package dev.rollouts.simulation.rollout;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.traffic.TrafficRouters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Draws a traffic router for a history, with the objects in which it divides the traffic. */
final class HistoryRoutes {
  /** The header route that steps may set, where {@link #hasHeaders}. */
  static final String HEADER_ROUTE = "beta";

  /** The mirror route that steps may set, where {@link #hasMirrors}. */
  static final String MIRROR_ROUTE = "copy";

  private static final String OTHER_PLUGIN = "example/router";

  private final String namespace;
  private final String stable;
  private final String canary;
  private final Map<String, @Nullable Object> routing = new LinkedHashMap<>();
  private final List<JsonObject> objects = new ArrayList<>();
  private boolean headers;
  private boolean mirrors;

  private HistoryRoutes(String namespace, String stable, String canary) {
    this.namespace = namespace;
    this.stable = stable;
    this.canary = canary;
  }

  /** Any router that divides traffic between two Services. */
  static HistoryRoutes draw(
      SplittableRandom random, String namespace, String stable, String canary) {
    HistoryRoutes routes = new HistoryRoutes(namespace, stable, canary);
    int kind = random.nextInt(100);
    if (kind < 30) {
      routes.istioHosts();
    } else if (kind < 42) {
      routes.istioSubsets();
    } else if (kind < 51) {
      routes.routing.put("smi", Map.of());
    } else if (kind < 61) {
      routes.gateway();
    } else if (kind < 69) {
      routes.nginx(random.nextInt(4) == 0);
    } else if (kind < 77) {
      routes.alb();
    } else if (kind < 82) {
      routes.ambassador();
    } else if (kind < 88) {
      routes.apisix();
    } else if (kind < 92) {
      routes.traefik();
    } else if (kind < 96) {
      routes.appMesh();
    } else {
      routes.routing.put("plugins", Map.of(OTHER_PLUGIN, Map.of("pool", "shop")));
    }
    routes.manage(random);
    return routes;
  }

  /** A router that knows ping and pong. */
  static HistoryRoutes drawPingPong(
      SplittableRandom random, String namespace, String ping, String pong) {
    HistoryRoutes routes = new HistoryRoutes(namespace, ping, pong);
    if (random.nextInt(3) == 0) {
      routes.alb();
    } else {
      routes.istioHosts();
    }
    routes.manage(random);
    return routes;
  }

  /** What {@code trafficRouting} says. */
  Map<String, @Nullable Object> routing() {
    return routing;
  }

  /** What it divides traffic in. */
  List<JsonObject> objects() {
    return objects;
  }

  /** Whether steps may set the header route. */
  boolean hasHeaders() {
    return headers;
  }

  /** Whether steps may set the mirror route. */
  boolean hasMirrors() {
    return mirrors;
  }

  private void manage(SplittableRandom random) {
    boolean managed = (headers || mirrors) && random.nextInt(10) < 4;
    headers &= managed;
    mirrors &= managed;
    if (managed) {
      List<Map<String, Object>> names = new ArrayList<>();
      names.add(Map.of("name", HEADER_ROUTE));
      if (mirrors) {
        names.add(Map.of("name", MIRROR_ROUTE));
      }
      routing.put("managedRoutes", names);
    }
  }

  // -- routers

  private void istioHosts() {
    headers = true;
    mirrors = true;
    routing.put("istio", Map.of("virtualService", Map.of("name", "shop")));
    List<Object> route = List.of(host(stable, 100), host(canary, 0));
    add(
        "networking.istio.io/v1alpha3",
        "VirtualService",
        "shop",
        Map.of(
            "hosts", List.of("shop"), "http", List.of(Map.of("name", "primary", "route", route))));
  }

  private static Map<String, Object> host(String name, int weight) {
    return Map.of("destination", Map.of("host", name), "weight", weight);
  }

  private void istioSubsets() {
    routing.put(
        "istio",
        Map.of(
            "virtualService",
            Map.of("name", "shop"),
            "destinationRule",
            Map.of("name", "shop", "canarySubsetName", "canary", "stableSubsetName", "stable")));
    List<Object> route = List.of(subset("stable", 100), subset("canary", 0));
    add(
        "networking.istio.io/v1alpha3",
        "VirtualService",
        "shop",
        Map.of("http", List.of(Map.of("route", route))));
    Map<String, Object> labels = Map.of("app", "shop");
    add(
        "networking.istio.io/v1alpha3",
        "DestinationRule",
        "shop",
        Map.of(
            "host",
            "shop",
            "subsets",
            List.of(
                Map.of("name", "stable", "labels", labels),
                Map.of("name", "canary", "labels", labels))));
  }

  private static Map<String, Object> subset(String name, int weight) {
    return Map.of("destination", Map.of("host", "shop", "subset", name), "weight", weight);
  }

  private void gateway() {
    routing.put("plugins", Map.of(TrafficRouters.GATEWAY_API_PLUGIN, Map.of("httpRoute", "shop")));
    List<Object> backends =
        List.of(
            Map.of("name", stable, "port", 80, "weight", 100),
            Map.of("name", canary, "port", 80, "weight", 0));
    add(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        "shop",
        Map.of("rules", List.of(Map.of("backendRefs", backends))));
  }

  private void nginx(boolean fine) {
    routing.put("nginx", Map.of("stableIngress", "shop"));
    if (fine) {
      routing.put("maxTrafficWeight", 200);
    }
    add("networking.k8s.io/v1", "Ingress", "shop", rules(Map.of("number", 80)));
  }

  private void alb() {
    headers = true;
    routing.put("alb", Map.of("ingress", "shop", "servicePort", 80, "rootService", stable));
    add("networking.k8s.io/v1", "Ingress", "shop", rules(Map.of("name", "use-annotation")));
  }

  private Map<String, Object> rules(Map<String, Object> port) {
    Map<String, Object> backend = Map.of("service", Map.of("name", stable, "port", port));
    Map<String, Object> path = Map.of("path", "/", "pathType", "Prefix", "backend", backend);
    return Map.of("rules", List.of(Map.of("http", Map.of("paths", List.of(path)))));
  }

  private void ambassador() {
    routing.put("ambassador", Map.of("mappings", List.of("shop")));
    add("getambassador.io/v2", "Mapping", "shop", Map.of("prefix", "/", "service", stable + ":80"));
  }

  private void apisix() {
    headers = true;
    routing.put("apisix", Map.of("route", Map.of("name", "shop", "rules", List.of("shop"))));
    List<Object> backends =
        List.of(
            Map.of("serviceName", stable, "servicePort", 80),
            Map.of("serviceName", canary, "servicePort", 80));
    Map<String, Object> match = Map.of("paths", List.of("/*"));
    add(
        "apisix.apache.org/v2",
        "ApisixRoute",
        "shop",
        Map.of("http", List.of(Map.of("name", "shop", "match", match, "backends", backends))));
  }

  private void traefik() {
    routing.put("traefik", Map.of("weightedTraefikServiceName", "shop"));
    List<Object> services =
        List.of(Map.of("name", stable, "port", 80), Map.of("name", canary, "port", 80));
    add(
        "traefik.io/v1alpha1",
        "TraefikService",
        "shop",
        Map.of("weighted", Map.of("services", services)));
  }

  private void appMesh() {
    routing.put(
        "appMesh",
        Map.of(
            "virtualService",
            Map.of("name", "shop"),
            "virtualNodeGroup",
            Map.of(
                "canaryVirtualNodeRef", Map.of("name", "shop-canary"),
                "stableVirtualNodeRef", Map.of("name", "shop-stable"))));
    Map<String, Object> router = Map.of("virtualRouterRef", Map.of("name", "shop"));
    mesh("VirtualService", "shop", Map.of("provider", Map.of("virtualRouter", router)));
    List<Object> targets = List.of(node("shop-stable", 100), node("shop-canary", 0));
    Map<String, Object> route = Map.of("action", Map.of("weightedTargets", targets));
    mesh(
        "VirtualRouter",
        "shop",
        Map.of("routes", List.of(Map.of("name", "main", "httpRoute", route))));
    Map<String, Object> pods = Map.of("podSelector", Map.of("matchLabels", Map.of("app", "shop")));
    mesh("VirtualNode", "shop-stable", pods);
    mesh("VirtualNode", "shop-canary", pods);
  }

  private static Map<String, Object> node(String name, int weight) {
    return Map.of("virtualNodeRef", Map.of("name", name), "weight", weight);
  }

  private void mesh(String kind, String name, Map<String, ?> spec) {
    add("appmesh.k8s.aws/v1beta2", kind, name, spec);
  }

  private void add(String apiVersion, String kind, String name, Map<String, ?> spec) {
    objects.add(object(namespace, apiVersion, kind, name, spec));
  }

  static JsonObject object(
      String namespace, String apiVersion, String kind, String name, Map<String, ?> spec) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", apiVersion);
    tree.put("kind", kind);
    tree.put("metadata", Map.of("name", name, "namespace", namespace));
    tree.put("spec", spec);
    return JsonObject.of(tree);
  }
}
