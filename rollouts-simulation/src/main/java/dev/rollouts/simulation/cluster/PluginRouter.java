package dev.rollouts.simulation.cluster;

import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.engine.cluster.RoutingCall;
import java.util.List;

/** What a traffic router plugin was last told. */
final class PluginRouter {
  int weight;
  List<WeightDestination> additional = List.of();

  /** Whether the plugin was told something new. */
  boolean told(RoutingCall call) {
    if (call instanceof RoutingCall.SetWeight set) {
      boolean isNew = set.weight() != weight || !set.additional().equals(additional);
      weight = set.weight();
      additional = set.additional();
      return isNew;
    }
    return false;
  }
}
