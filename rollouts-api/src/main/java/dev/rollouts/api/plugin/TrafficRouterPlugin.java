package dev.rollouts.api.plugin;

import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.wire.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * A traffic router that is no object of the cluster, named in a rollout as {@code trafficRouting:
 * {plugins: {acme/edge: {…}}}}.
 *
 * <p>Methods are called from several threads, may block, and are interrupted when they take longer
 * than the controller allows. Each says what is wanted, not what is to change: it is called again
 * with the same, after a restart for instance, and must then do nothing. What it throws is reported
 * and tried again.
 *
 * <p>Source: docs/spec/traffic-routing.md.
 */
public interface TrafficRouterPlugin {
  /** Name in rollouts: a namespace and a name, such as {@code acme/edge}. */
  String name();

  /** Which revisions are canary and stable. */
  void updateHash(
      Target target, String canaryHash, String stableHash, List<WeightDestination> additional)
      throws Exception;

  /**
   * Divides the traffic.
   *
   * @param weight of the canary, 0 to {@code maxTrafficWeight}
   * @param additional what experiments get; the stable version gets the rest
   */
  void setWeight(Target target, int weight, List<WeightDestination> additional) throws Exception;

  /** Sends requests with certain headers to the canary; without a match no more. */
  default void setHeaderRoute(Target target, SetHeaderRoute route) throws Exception {
    throw new UnsupportedOperationException(name() + " knows no header routes");
  }

  /** Sends copies of requests to the canary; without a match no more. */
  default void setMirrorRoute(Target target, SetMirrorRoute route) throws Exception {
    throw new UnsupportedOperationException(name() + " knows no mirror routes");
  }

  /** Removes all header and mirror routes. */
  default void removeManagedRoutes(Target target) throws Exception {}

  /** Whether the weight is in force; nothing when the plugin cannot tell. */
  default Optional<Boolean> verifyWeight(
      Target target, int weight, List<WeightDestination> additional) throws Exception {
    return Optional.empty();
  }

  /**
   * Whose traffic.
   *
   * @param namespace of the rollout
   * @param rollout name of the rollout
   * @param stableService Service of the stable version; empty where the rollout names none
   * @param canaryService Service of the new version; empty where the rollout names none
   * @param config what the rollout has under the plugin's name; the plugin's own business
   */
  record Target(
      String namespace,
      String rollout,
      String stableService,
      String canaryService,
      JsonObject config) {}
}
