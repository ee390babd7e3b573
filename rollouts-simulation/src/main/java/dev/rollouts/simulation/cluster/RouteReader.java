package dev.rollouts.simulation.cluster;

import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.rollout.routing.AlbRouting;
import dev.rollouts.api.rollout.routing.AmbassadorRouting;
import dev.rollouts.api.rollout.routing.AppMeshRouting;
import dev.rollouts.api.rollout.routing.IstioRouting;
import dev.rollouts.api.rollout.routing.IstioVirtualService;
import dev.rollouts.api.rollout.routing.NginxRouting;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Json;
import dev.rollouts.engine.traffic.TrafficRouters;
import dev.rollouts.simulation.cluster.Traffic.Destination;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads off the live objects where a router sends the requests. Written from the routers' side: it
 * looks at what the objects say, not at what a rollout wanted to say. With several routers the
 * first one in the order of T-003 counts.
 */
final class RouteReader {
  private final SimulatedCluster cluster;
  private final CanaryStrategy canary;
  private final @Nullable TrafficRouting routing;

  RouteReader(SimulatedCluster cluster, Rollout rollout) {
    this.cluster = cluster;
    CanaryStrategy strategy = rollout.spec().strategy().canary();
    this.canary = strategy == null ? NONE : strategy;
    this.routing = strategy == null ? null : strategy.trafficRouting();
  }

  private static final CanaryStrategy NONE =
      new CanaryStrategy(
          "", "", List.of(), null, null, null, null, null, null, null, null, null, null, false,
          null, null, null);

  /** Shares that add up to 1; empty when no router has anything to say. */
  List<Destination> destinations() {
    if (routing == null) {
      return List.of();
    }
    List<Destination> weights = weights(routing);
    double sum = 0;
    for (Destination each : weights) {
      sum += each.share();
    }
    List<Destination> shares = new ArrayList<>();
    for (Destination each : weights) {
      if (each.share() > 0) {
        shares.add(new Destination(each.service(), each.hash(), each.share() / sum));
      }
    }
    return shares;
  }

  private List<Destination> weights(TrafficRouting routing) {
    if (routing.istio() != null) {
      return istio(routing.istio());
    }
    if (routing.nginx() != null) {
      return nginx(routing.nginx());
    }
    if (routing.alb() != null) {
      return alb(routing.alb());
    }
    if (routing.smi() != null) {
      String name = routing.smi().trafficSplitName();
      return list(
          cluster.find("TrafficSplit", name.isEmpty() ? cluster.rolloutName() : name),
          "service",
          "spec",
          "backends");
    }
    if (routing.ambassador() != null) {
      return ambassador(routing.ambassador());
    }
    if (routing.appMesh() != null) {
      return appMesh(routing.appMesh());
    }
    if (routing.traefik() != null) {
      return list(
          cluster.find("TraefikService", routing.traefik().weightedTraefikServiceName()),
          "name",
          "spec",
          "weighted",
          "services");
    }
    if (routing.apisix() != null && routing.apisix().route() != null) {
      return firstOf(
          cluster.find("ApisixRoute", routing.apisix().route().name()),
          "backends",
          "serviceName",
          "spec",
          "http");
    }
    JsonObject gateway = routing.plugins().get(TrafficRouters.GATEWAY_API_PLUGIN);
    if (gateway != null) {
      return gateway(gateway);
    }
    for (String plugin : routing.plugins().keySet()) {
      return plugin(plugin);
    }
    return List.of();
  }

  // -- routers

  private List<Destination> istio(IstioRouting istio) {
    IstioVirtualService ref =
        istio.virtualServices() != null && !istio.virtualServices().isEmpty()
            ? istio.virtualServices().get(0)
            : istio.virtualService();
    if (ref == null) {
      return List.of();
    }
    int dot = ref.name().indexOf('.');
    JsonObject virtualService =
        cluster.find("VirtualService", dot < 0 ? ref.name() : ref.name().substring(0, dot));
    if (virtualService == null) {
      return List.of();
    }
    for (String protocol : List.of("http", "tls", "tcp")) {
      List<Map<?, ?>> routes = maps(virtualService.at("spec", protocol));
      for (Map<?, ?> route : routes) {
        if (isMain(route, ref)) {
          return istioRoute(route, istio);
        }
      }
    }
    return List.of();
  }

  /** Whether users come by this route: neither by a header nor through a mirror. */
  private boolean isMain(Map<?, ?> route, IstioVirtualService ref) {
    String name = String.valueOf(route.get("name"));
    if (routing != null && routing.managedRoutes() != null) {
      for (var managed : routing.managedRoutes()) {
        if (managed.name().equals(name)) {
          return false;
        }
      }
    }
    return ref.routes().isEmpty() || ref.routes().contains(name);
  }

  private List<Destination> istioRoute(Map<?, ?> route, IstioRouting istio) {
    List<Destination> found = new ArrayList<>();
    List<Map<?, ?>> parts = maps(route.get("route"));
    for (Map<?, ?> part : parts) {
      if (!(part.get("destination") instanceof Map<?, ?> destination)) {
        continue;
      }
      int weight = Trees.number(part.get("weight"), parts.size() == 1 ? 100 : 0);
      String host = String.valueOf(destination.get("host"));
      int dot = host.indexOf('.');
      Object subset = destination.get("subset");
      String hash =
          subset != null && istio.destinationRule() != null
              ? subsetHash(istio.destinationRule().name(), subset.toString())
              : "";
      found.add(new Destination(dot < 0 ? host : host.substring(0, dot), hash, weight));
    }
    return found;
  }

  private String subsetHash(String rule, String subset) {
    JsonObject destinationRule = cluster.find("DestinationRule", rule);
    if (destinationRule == null) {
      return "";
    }
    for (Map<?, ?> each : maps(destinationRule.at("spec", "subsets"))) {
      if (subset.equals(each.get("name")) && each.get("labels") instanceof Map<?, ?> labels) {
        Object hash = labels.get(RolloutKeys.POD_TEMPLATE_HASH);
        return hash == null ? "" : hash.toString();
      }
    }
    return "";
  }

  private List<Destination> nginx(NginxRouting nginx) {
    String prefix =
        nginx.annotationPrefix().isEmpty()
            ? "nginx.ingress.kubernetes.io"
            : nginx.annotationPrefix();
    String stable =
        nginx.stableIngresses() != null && !nginx.stableIngresses().isEmpty()
            ? nginx.stableIngresses().get(0)
            : nginx.stableIngress();
    JsonObject ingress = cluster.find("Ingress", cluster.rolloutName() + "-" + stable + "-canary");
    int weight = 0;
    int total = 100;
    if (ingress != null
        && ingress.at("metadata", "annotations") instanceof Map<?, ?> annotations
        && "true".equals(annotations.get(prefix + "/canary"))) {
      weight = Trees.number(annotations.get(prefix + "/canary-weight"), 0);
      total = Trees.number(annotations.get(prefix + "/canary-weight-total"), 100);
    }
    return List.of(
        new Destination(canary.canaryService(), "", weight),
        new Destination(canary.stableService(), "", total - weight));
  }

  private List<Destination> alb(AlbRouting alb) {
    String name =
        alb.ingresses() != null && !alb.ingresses().isEmpty()
            ? alb.ingresses().get(0)
            : alb.ingress();
    JsonObject ingress = cluster.find("Ingress", name);
    String prefix =
        alb.annotationPrefix().isEmpty() ? "alb.ingress.kubernetes.io" : alb.annotationPrefix();
    String root = alb.rootService().isEmpty() ? canary.stableService() : alb.rootService();
    if (ingress == null
        || !(ingress.at("metadata", "annotations") instanceof Map<?, ?> annotations)
        || !(annotations.get(prefix + "/actions." + root) instanceof String action)) {
      return List.of();
    }
    try {
      if (Json.read("action", action) instanceof Map<?, ?> tree
          && tree.get("ForwardConfig") instanceof Map<?, ?> forward) {
        List<Destination> found = new ArrayList<>();
        for (Map<?, ?> group : maps(forward.get("TargetGroups"))) {
          found.add(
              new Destination(
                  String.valueOf(group.get("ServiceName")),
                  "",
                  Trees.number(group.get("Weight"), 0)));
        }
        return found;
      }
    } catch (CodecException notJson) {
      return List.of();
    }
    return List.of();
  }

  private List<Destination> ambassador(AmbassadorRouting ambassador) {
    if (ambassador.mappings().isEmpty()) {
      return List.of();
    }
    JsonObject mapping = cluster.find("Mapping", ambassador.mappings().get(0) + "-canary");
    int weight = mapping == null ? 0 : Trees.number(mapping.at("spec", "weight"), 0);
    return List.of(
        new Destination(canary.canaryService(), "", weight),
        new Destination(canary.stableService(), "", 100 - weight));
  }

  private List<Destination> appMesh(AppMeshRouting mesh) {
    if (mesh.virtualService() == null) {
      return List.of();
    }
    JsonObject service = cluster.find("VirtualService", mesh.virtualService().name());
    String router =
        service == null
            ? ""
            : Trees.text(service, "spec", "provider", "virtualRouter", "virtualRouterRef", "name");
    JsonObject virtualRouter = cluster.find("VirtualRouter", router);
    if (virtualRouter == null) {
      return List.of();
    }
    for (Map<?, ?> route : maps(virtualRouter.at("spec", "routes"))) {
      for (String type : List.of("httpRoute", "http2Route", "grpcRoute", "tcpRoute")) {
        if (route.get(type) instanceof Map<?, ?> typed
            && typed.get("action") instanceof Map<?, ?> action) {
          List<Destination> found = new ArrayList<>();
          for (Map<?, ?> target : maps(action.get("weightedTargets"))) {
            if (target.get("virtualNodeRef") instanceof Map<?, ?> ref) {
              found.add(
                  new Destination(
                      "",
                      nodeHash(String.valueOf(ref.get("name"))),
                      Trees.number(target.get("weight"), 0)));
            }
          }
          return found;
        }
      }
    }
    return List.of();
  }

  private String nodeHash(String name) {
    JsonObject node = cluster.find("VirtualNode", name);
    return node == null
        ? ""
        : Trees.text(node, "spec", "podSelector", "matchLabels", RolloutKeys.POD_TEMPLATE_HASH);
  }

  private List<Destination> gateway(JsonObject config) {
    String name = config.at("httpRoute") instanceof String single ? single : "";
    List<Map<?, ?>> several = maps(config.at("httpRoutes"));
    if (name.isEmpty() && !several.isEmpty()) {
      name = String.valueOf(several.get(0).get("name"));
    }
    JsonObject route = cluster.find("HTTPRoute", name);
    if (route == null) {
      return List.of();
    }
    for (Map<?, ?> rule : maps(route.at("spec", "rules"))) {
      List<Destination> found = weighted(rule.get("backendRefs"), "name", 1);
      if (found.size() > 1) {
        return found;
      }
    }
    return List.of();
  }

  private List<Destination> plugin(String name) {
    PluginRouter plugin = cluster.pluginRouter(name);
    List<Destination> found = new ArrayList<>();
    int additional = 0;
    for (WeightDestination each : plugin.additional) {
      found.add(new Destination(each.serviceName(), each.podTemplateHash(), each.weight()));
      additional += each.weight();
    }
    int total =
        routing == null || routing.maxTrafficWeight() == null ? 100 : routing.maxTrafficWeight();
    found.add(new Destination(canary.canaryService(), "", plugin.weight));
    found.add(
        new Destination(
            canary.stableService(), "", Math.max(0, total - plugin.weight - additional)));
    return found;
  }

  // -- trees

  private static List<Destination> list(@Nullable JsonObject tree, String name, String... keys) {
    return tree == null ? List.of() : weighted(tree.at(keys), name, 0);
  }

  private static List<Destination> firstOf(
      @Nullable JsonObject tree, String inner, String name, String... keys) {
    if (tree == null) {
      return List.of();
    }
    for (Map<?, ?> each : maps(tree.at(keys))) {
      return weighted(each.get(inner), name, 0);
    }
    return List.of();
  }

  private static List<Destination> weighted(@Nullable Object list, String name, int defaultWeight) {
    List<Destination> found = new ArrayList<>();
    for (Map<?, ?> each : maps(list)) {
      found.add(
          new Destination(
              String.valueOf(each.get(name)), "", Trees.number(each.get("weight"), defaultWeight)));
    }
    return found;
  }

  private static List<Map<?, ?>> maps(@Nullable Object tree) {
    List<Map<?, ?>> found = new ArrayList<>();
    if (tree instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof Map<?, ?> map) {
          found.add(map);
        }
      }
    }
    return found;
  }
}
