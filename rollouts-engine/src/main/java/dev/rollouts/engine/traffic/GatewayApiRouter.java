package dev.rollouts.engine.traffic;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Decoded;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.traffic.GatewayApiSettings.Kind;
import dev.rollouts.engine.traffic.GatewayApiSettings.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Edits HTTPRoutes, GRPCRoutes, TCPRoutes and TLSRoutes of the Gateway API. Configured as the
 * plugin {@code argoproj-labs/gatewayAPI}, but built in. Spec:
 * docs/spec/traffic-routing.md#gateway-api.
 */
public final class GatewayApiRouter implements TrafficRouter {
  private static final String NO_ROUTES =
      "No routes configured. At least one of 'httpRoutes', 'grpcRoutes', 'tcpRoutes', 'tlsRoutes', 'httpRoute', 'grpcRoute', 'tcpRoute' or 'tlsRoute' must be set";

  @Override
  public String type() {
    return TrafficRouters.GATEWAY_API_PLUGIN;
  }

  @Override
  public boolean isConfigured(Rollout rollout) {
    return GatewayApiSettings.tree(rollout) != null;
  }

  @Override
  public Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings ignored) {
    JsonObject tree = GatewayApiSettings.tree(rollout);
    if (tree == null) {
      return Set.of();
    }
    GatewayApiSettings settings = GatewayApiSettings.read(tree).value();
    String namespace = settings.namespaceOr(rollout.metadata().namespace());
    Set<ObjectKey> keys = new LinkedHashSet<>();
    for (Kind kind : Kind.values()) {
      for (Route route : settings.routes(kind)) {
        keys.add(new ObjectKey(kind.apiVersion(), kind.kind, namespace, route.name()));
      }
      if (settings.selector(kind) != null) {
        keys.add(ObjectKey.all(kind.apiVersion(), kind.kind, namespace));
      }
    }
    if (ExperimentServices.areWeighed(rollout)) {
      // The names are known only once the experiment runs; their ports are needed at once then.
      keys.add(ObjectKey.all("v1", "Service", rollout.metadata().namespace()));
    }
    return keys;
  }

  @Override
  public RoutingPlan plan(RoutingRequest request) {
    JsonObject tree = GatewayApiSettings.tree(request.rollout());
    if (tree == null) {
      return RoutingPlan.settled();
    }
    List<ClusterEffect> effects = new ArrayList<>();
    try {
      GatewayApiSettings settings = settings(tree, ServicePair.fixed(request.rollout()));
      Shares shares = Shares.of(request, EffectiveRollout.of(request.rollout().spec()).maxWeight());
      for (Kind kind : Kind.values()) {
        for (Map.Entry<ObjectKey, Boolean> route : routes(request, settings, kind).entrySet()) {
          RoutingPlan one =
              new GatewayRouteEdit(
                      request,
                      settings,
                      shares,
                      kind,
                      route.getValue(),
                      LiveNode.read(
                          request.objects(),
                          route.getKey(),
                          "plugins[\"" + TrafficRouters.GATEWAY_API_PLUGIN + "\"]"))
                  .plan();
          effects.addAll(one.effects());
          if (one.error() != null) {
            return RoutingPlan.failed(effects, one.error());
          }
        }
      }
      return RoutingPlan.of(effects);
    } catch (LiveObjectException refused) {
      return RoutingPlan.failedAtWeight(effects, refused.getMessage());
    }
  }

  private static GatewayApiSettings settings(JsonObject tree, ServicePair services)
      throws LiveObjectException {
    Decoded<GatewayApiSettings> read = GatewayApiSettings.read(tree);
    for (Problem problem : read.problems()) {
      if (problem.kind() != Problem.Kind.UNKNOWN_FIELD) {
        throw new LiveObjectException(
            "spec.strategy.canary.trafficRouting.plugins[\"%s\"]: %s"
                .formatted(TrafficRouters.GATEWAY_API_PLUGIN, problem));
      }
    }
    if (!read.value().hasRoutes()) {
      throw new LiveObjectException(NO_ROUTES);
    }
    if (services.canary().isEmpty() || services.stable().isEmpty()) {
      throw new LiveObjectException(
          "Gateway API needs spec.strategy.canary.canaryService and stableService; set both, pingPong is not supported");
    }
    return read.value();
  }

  /** The routes of a kind and whether header routes are made in them: named ones, then selected. */
  private static Map<ObjectKey, Boolean> routes(
      RoutingRequest request, GatewayApiSettings settings, Kind kind) {
    String namespace = settings.namespaceOr(request.namespace());
    Map<ObjectKey, Boolean> routes = new LinkedHashMap<>();
    for (Route route : settings.routes(kind)) {
      ObjectKey key = new ObjectKey(kind.apiVersion(), kind.kind, namespace, route.name());
      routes.merge(key, route.useHeaderRoutes(), Boolean::logicalOr);
    }
    LabelSelector selector = settings.selector(kind);
    if (selector != null) {
      Map<String, ObjectKey> selected = new TreeMap<>();
      request
          .objects()
          .list(kind.apiVersion(), kind.kind, namespace)
          .forEach(
              (key, route) -> {
                if (selector.matches(ClusterObjects.metadata(route).labels())) {
                  selected.put(key.name(), key);
                }
              });
      selected.values().forEach(key -> routes.putIfAbsent(key, false));
    }
    return routes;
  }
}
