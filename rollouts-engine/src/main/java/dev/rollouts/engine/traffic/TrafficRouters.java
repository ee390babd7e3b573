package dev.rollouts.engine.traffic;

import java.util.List;

/** The routers that come with the engine, in the order in which they are driven (T-003). */
public final class TrafficRouters {
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
