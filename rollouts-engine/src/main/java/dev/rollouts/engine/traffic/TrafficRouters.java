package dev.rollouts.engine.traffic;

import java.util.List;

/** The routers that come with the engine, in the order in which they are driven (T-003). */
public final class TrafficRouters {
  /**
   * Under this name of a plugin stands the router for the Gateway API, which is built in (T-800).
   */
  public static final String GATEWAY_API_PLUGIN = "argoproj-labs/gatewayAPI";

  private static final List<TrafficRouter> BUILT_IN =
      List.of(
          new IstioRouter(),
          new NginxRouter(),
          new AlbRouter(),
          new SmiRouter(),
          new AmbassadorRouter(),
          new AppMeshRouter(),
          new TraefikRouter(),
          new ApisixRouter(),
          new GatewayApiRouter(),
          new PluginRouter());

  private TrafficRouters() {}

  /**
   * All of them: Istio, NGINX, ALB, SMI, Ambassador, AppMesh, Traefik, Apisix, Gateway API,
   * plugins. Routers of an embedder's own come after these.
   */
  public static List<TrafficRouter> builtIn() {
    return BUILT_IN;
  }
}
