package dev.rollouts.engine.cluster;

import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.rollout.WeightDestination;
import java.util.List;

/** One call of a traffic router plugin (T-752). Each may be made twice without harm. */
public sealed interface RoutingCall {
  /** Tells the plugin which revisions are canary and stable. */
  record UpdateHash(String canaryHash, String stableHash, List<WeightDestination> additional)
      implements RoutingCall {
    public UpdateHash {
      additional = List.copyOf(additional);
    }
  }

  /**
   * Divides the traffic.
   *
   * @param weight of the canary, 0 to {@code maxTrafficWeight}
   */
  record SetWeight(int weight, List<WeightDestination> additional) implements RoutingCall {
    public SetWeight {
      additional = List.copyOf(additional);
    }
  }

  /** Makes or removes a header route. */
  record SetHeader(SetHeaderRoute route) implements RoutingCall {}

  /** Makes or removes a mirror route. */
  record SetMirror(SetMirrorRoute route) implements RoutingCall {}

  /** Removes every managed route. */
  record RemoveManagedRoutes() implements RoutingCall {}

  /** Asks whether the weight is in force. */
  record VerifyWeight(int weight, List<WeightDestination> additional) implements RoutingCall {
    public VerifyWeight {
      additional = List.copyOf(additional);
    }
  }
}
