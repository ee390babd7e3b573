package dev.rollouts.controller;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A router, the objects that a user makes for it, and where the weights are seen.
 *
 * @param routing below {@code trafficRouting}
 * @param services whether the rollout names its canary and stable Service
 * @param objects of the user, as YAML documents
 * @param written apiVersion, kind and name of the object that is written with each weight
 * @param weights of such an object: canary's and stable's, such as {@code 20/80}
 */
record RouterCase(
    String name,
    String routing,
    boolean services,
    String objects,
    List<String> written,
    Function<JsonObject, String> weights) {

  @Override
  public String toString() {
    return name;
  }

  ObjectKey key(String namespace) {
    return new ObjectKey(written.get(0), written.get(1), namespace, written.get(2));
  }

  String weights(Live live) {
    Optional<JsonObject> found = live.find(key(live.namespace));
    return found.map(weights).orElse("none");
  }

  private static final String NGINX_WEIGHT = "nginx.ingress.kubernetes.io/canary-weight";

  static final String TRAEFIK =
      """
      ---
      apiVersion: traefik.io/v1alpha1
      kind: TraefikService
      metadata: {name: web}
      spec:
        weighted:
          services:
          - {name: web-canary, port: 80, weight: 0}
          - {name: web-stable, port: 80, weight: 100}
      """;

  static final List<RouterCase> ALL =
      List.of(
          new RouterCase(
              "NGINX Ingress",
              "{nginx: {stableIngress: web}}",
              true,
              ingress("nginx", "web-stable", "{number: 80}"),
              List.of("networking.k8s.io/v1", "Ingress", "web-web-canary"),
              tree -> {
                int canary = Integer.parseInt(String.valueOf(annotations(tree).get(NGINX_WEIGHT)));
                return canary + "/" + (100 - canary);
              }),
          new RouterCase(
              "ALB Ingress",
              "{alb: {ingress: web, servicePort: 80, rootService: web-root}}",
              true,
              ingress("alb", "web-root", "{name: use-annotation}") + service("web-root"),
              List.of("networking.k8s.io/v1", "Ingress", "web"),
              tree -> alb(annotations(tree).get("alb.ingress.kubernetes.io/actions.web-root"))),
          new RouterCase(
              "Istio by host",
              "{istio: {virtualService: {name: web, routes: [primary]}}}",
              true,
              """
              ---
              apiVersion: networking.istio.io/v1alpha3
              kind: VirtualService
              metadata: {name: web}
              spec:
                hosts: [web]
                http:
                - name: primary
                  timeout: 5s
                  route:
                  - {destination: {host: web-canary}, weight: 0}
                  - {destination: {host: web-stable}, weight: 100}
              """,
              List.of("networking.istio.io/v1alpha3", "VirtualService", "web"),
              tree -> weights(tree, "spec", "http", 0, "route")),
          new RouterCase(
              "Istio by subset",
              "{istio: {virtualService: {name: web}, destinationRule: {name: web, canarySubsetName: canary, stableSubsetName: stable}}}",
              false,
              """
              ---
              apiVersion: networking.istio.io/v1alpha3
              kind: VirtualService
              metadata: {name: web}
              spec:
                hosts: [web]
                http:
                - route:
                  - {destination: {host: web, subset: canary}, weight: 0}
                  - {destination: {host: web, subset: stable}, weight: 100}
              ---
              apiVersion: networking.istio.io/v1alpha3
              kind: DestinationRule
              metadata: {name: web}
              spec:
                host: web
                subsets:
                - {name: canary, labels: {app: web}}
                - {name: stable, labels: {app: web}}
              """,
              List.of("networking.istio.io/v1alpha3", "VirtualService", "web"),
              tree -> weights(tree, "spec", "http", 0, "route")),
          new RouterCase(
              "SMI",
              "{smi: {rootService: web-root}}",
              true,
              service("web-root"),
              List.of("split.smi-spec.io/v1alpha1", "TrafficSplit", "web"),
              tree -> weights(tree, "spec", "backends")),
          new RouterCase(
              "Ambassador",
              "{ambassador: {mappings: [web]}}",
              true,
              """
              ---
              apiVersion: getambassador.io/v2
              kind: Mapping
              metadata: {name: web}
              spec: {prefix: /, service: "web-stable:80"}
              """,
              List.of("getambassador.io/v2", "Mapping", "web-canary"),
              tree -> {
                int canary = number(tree.at("spec", "weight"));
                return canary + "/" + (100 - canary);
              }),
          new RouterCase(
              "APISIX",
              "{apisix: {route: {name: web}}}",
              true,
              """
              ---
              apiVersion: apisix.apache.org/v2
              kind: ApisixRoute
              metadata: {name: web}
              spec:
                http:
                - name: web
                  match: {paths: [/*]}
                  backends:
                  - {serviceName: web-canary, servicePort: 80, weight: 0}
                  - {serviceName: web-stable, servicePort: 80, weight: 100}
              """,
              List.of("apisix.apache.org/v2", "ApisixRoute", "web"),
              tree -> weights(tree, "spec", "http", 0, "backends")),
          new RouterCase(
              "Traefik",
              "{traefik: {weightedTraefikServiceName: web}}",
              true,
              TRAEFIK,
              List.of("traefik.io/v1alpha1", "TraefikService", "web"),
              tree -> weights(tree, "spec", "weighted", "services")),
          new RouterCase(
              "App Mesh",
              "{appMesh: {virtualService: {name: web}, virtualNodeGroup: {canaryVirtualNodeRef: {name: web-canary}, stableVirtualNodeRef: {name: web-stable}}}}",
              true,
              """
              ---
              apiVersion: appmesh.k8s.aws/v1beta2
              kind: VirtualService
              metadata: {name: web}
              spec: {provider: {virtualRouter: {virtualRouterRef: {name: web}}}}
              ---
              apiVersion: appmesh.k8s.aws/v1beta2
              kind: VirtualRouter
              metadata: {name: web}
              spec:
                routes:
                - name: main
                  httpRoute:
                    match: {prefix: /}
                    action:
                      weightedTargets:
                      - {virtualNodeRef: {name: web-canary}, weight: 0}
                      - {virtualNodeRef: {name: web-stable}, weight: 100}
              ---
              apiVersion: appmesh.k8s.aws/v1beta2
              kind: VirtualNode
              metadata: {name: web-canary}
              spec: {podSelector: {matchLabels: {app: web}}}
              ---
              apiVersion: appmesh.k8s.aws/v1beta2
              kind: VirtualNode
              metadata: {name: web-stable}
              spec: {podSelector: {matchLabels: {app: web}}}
              """,
              List.of("appmesh.k8s.aws/v1beta2", "VirtualRouter", "web"),
              tree -> weights(tree, "spec", "routes", 0, "httpRoute", "action", "weightedTargets")),
          gateway("HTTPRoute", "httpRoute", "matches: [{path: {type: PathPrefix, value: /}}], "),
          gateway("GRPCRoute", "grpcRoute", ""));

  private static RouterCase gateway(String kind, String setting, String matches) {
    return new RouterCase(
        "Gateway API " + kind,
        "{plugins: {argoproj-labs/gatewayAPI: {%s: web}}}".formatted(setting),
        true,
        """
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: %s
        metadata: {name: web}
        spec:
          rules:
          - {%sbackendRefs: [{name: web-canary, port: 80}, {name: web-stable, port: 80}]}
        """
            .formatted(kind, matches),
        List.of("gateway.networking.k8s.io/v1", kind, "web"),
        tree -> weights(tree, "spec", "rules", 0, "backendRefs"));
  }

  private static String ingress(String type, String service, String port) {
    return """
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web}
        spec:
          ingressClassName: %s
          rules:
          - host: web.test
            http:
              paths:
              - path: /
                pathType: Prefix
                backend: {service: {name: %s, port: %s}}
        """
        .formatted(type, service, port);
  }

  static String service(String name) {
    return """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        """
        .formatted(name);
  }

  private static Map<?, ?> annotations(JsonObject tree) {
    return tree.at("metadata", "annotations") instanceof Map<?, ?> map ? map : Map.of();
  }

  private static String alb(Object action) {
    if (action == null) {
      return "none";
    }
    JsonObject tree = JsonObject.of(Live.map(String.valueOf(action)));
    return weights(tree, "ForwardConfig", "TargetGroups");
  }

  /** Of the first two elements of a list, of which the canary's is the first. */
  private static String weights(JsonObject tree, Object... path) {
    return at(tree, path) instanceof List<?> list && list.size() == 2
        ? number(((Map<?, ?>) list.get(0)).get(weightKey(list)))
            + "/"
            + number(((Map<?, ?>) list.get(1)).get(weightKey(list)))
        : "no two weights in " + at(tree, path);
  }

  /** What is below keys of objects and indices of lists; null when there is nothing. */
  static @Nullable Object at(JsonObject tree, Object... path) {
    Object here = tree.fields();
    for (Object step : path) {
      if (step instanceof Integer index) {
        here = here instanceof List<?> list && index < list.size() ? list.get(index) : null;
      } else {
        here = here instanceof Map<?, ?> map ? map.get(step) : null;
      }
    }
    return here;
  }

  private static String weightKey(List<?> list) {
    return ((Map<?, ?>) list.get(0)).containsKey("Weight") ? "Weight" : "weight";
  }

  private static int number(Object value) {
    return value instanceof Number number
        ? number.intValue()
        : value == null ? -1 : Integer.parseInt(String.valueOf(value));
  }

  /** The rollout with these steps, its Services and the router's objects. */
  String yaml(String steps) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          strategy:
            canary:
              %s
              abortScaleDownDelaySeconds: 1
              scaleDownDelaySeconds: 1
              trafficRouting: %s
              steps: %s
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "web:1"}]}
        """
            .formatted(
                services
                    ? "canaryService: web-canary\n      stableService: web-stable"
                    : "maxSurge: 1",
                routing,
                steps)
        + (services ? service("web-canary") + service("web-stable") : "")
        + objects;
  }
}
