package dev.rollouts.engine.traffic;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Decoded;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Required;
import dev.rollouts.api.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value under {@code plugins["argoproj-labs/gatewayAPI"]} (T-800).
 *
 * @param namespace of the routes; empty means that of the rollout
 * @param disableInProgressLabel leaves the label of routes under way alone
 * @param inProgressLabelKey empty means the default
 * @param inProgressLabelValue empty means the default
 */
record GatewayApiSettings(
    String httpRoute,
    String grpcRoute,
    String tcpRoute,
    String tlsRoute,
    List<Route> httpRoutes,
    List<Route> grpcRoutes,
    List<Route> tcpRoutes,
    List<Route> tlsRoutes,
    @Nullable LabelSelector httpRouteSelector,
    @Nullable LabelSelector grpcRouteSelector,
    @Nullable LabelSelector tcpRouteSelector,
    @Nullable LabelSelector tlsRouteSelector,
    String namespace,
    boolean disableInProgressLabel,
    String inProgressLabelKey,
    String inProgressLabelValue) {
  GatewayApiSettings {
    httpRoutes = List.copyOf(httpRoutes);
    grpcRoutes = List.copyOf(grpcRoutes);
    tcpRoutes = List.copyOf(tcpRoutes);
    tlsRoutes = List.copyOf(tlsRoutes);
  }

  private static final String LABEL_KEY = "rollouts.argoproj.io/gatewayapi-canary";
  private static final String LABEL_VALUE = "in-progress";

  /**
   * A route to edit.
   *
   * @param useHeaderRoutes whether header routes are made in it
   */
  record Route(@Required String name, boolean useHeaderRoutes) {}

  /** The four kinds, in the order in which they are edited (T-802). */
  enum Kind {
    HTTP("HTTPRoute", "v1", "httpRoute"),
    GRPC("GRPCRoute", "v1", "grpcRoute"),
    TCP("TCPRoute", "v1alpha2", "tcpRoute"),
    TLS("TLSRoute", "v1alpha2", "tlsRoute");

    /** Kind of the object. */
    final String kind;

    /** As in messages. */
    final String label;

    private final String version;

    Kind(String kind, String version, String label) {
      this.kind = kind;
      this.version = version;
      this.label = label;
    }

    String apiVersion() {
      return "gateway.networking.k8s.io/" + version;
    }

    /** Whether its rules match headers. */
    boolean hasHeaders() {
      return this == HTTP || this == GRPC;
    }
  }

  /** The tree of the settings, or null when the rollout is not configured for Gateway API. */
  static @Nullable JsonObject tree(Rollout rollout) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    return canary == null || canary.trafficRouting() == null
        ? null
        : canary.trafficRouting().plugins().get(TrafficRouters.GATEWAY_API_PLUGIN);
  }

  /** The settings, read tolerantly. */
  static Decoded<GatewayApiSettings> read(JsonObject tree) {
    return Wire.decode(GatewayApiSettings.class, tree.fields());
  }

  /** Routes of a kind that are named. */
  List<Route> routes(Kind kind) {
    String single =
        switch (kind) {
          case HTTP -> httpRoute;
          case GRPC -> grpcRoute;
          case TCP -> tcpRoute;
          case TLS -> tlsRoute;
        };
    List<Route> routes = new ArrayList<>();
    if (!single.isEmpty()) {
      routes.add(new Route(single, true));
    }
    List<Route> listed =
        switch (kind) {
          case HTTP -> httpRoutes;
          case GRPC -> grpcRoutes;
          case TCP -> tcpRoutes;
          case TLS -> tlsRoutes;
        };
    routes.addAll(listed);
    return routes;
  }

  /** Labels of further routes of a kind, or null. */
  @Nullable LabelSelector selector(Kind kind) {
    return switch (kind) {
      case HTTP -> httpRouteSelector;
      case GRPC -> grpcRouteSelector;
      case TCP -> tcpRouteSelector;
      case TLS -> tlsRouteSelector;
    };
  }

  /** Whether any route is named or selected. */
  boolean hasRoutes() {
    for (Kind kind : Kind.values()) {
      if (!routes(kind).isEmpty() || selector(kind) != null) {
        return true;
      }
    }
    return false;
  }

  /** Where the routes are. */
  String namespaceOr(String ofRollout) {
    return namespace.isEmpty() ? ofRollout : namespace;
  }

  /** Key of the label of routes under way. */
  String labelKey() {
    return inProgressLabelKey.isEmpty() ? LABEL_KEY : inProgressLabelKey;
  }

  /** Value of the label of routes under way. */
  String labelValue() {
    return inProgressLabelValue.isEmpty() ? LABEL_VALUE : inProgressLabelValue;
  }
}
