package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.WeightDestination;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Divides the destinations of one route of a VirtualService (T-420 to T-427). */
final class IstioWeights {
  private IstioWeights() {}

  /** The route with the wanted weights; a destination that already has its weight is unchanged. */
  static LiveNode divide(LiveNode route, IstioTargets targets, Shares shares)
      throws LiveObjectException {
    List<LiveNode> destinations = route.objects("route");
    int reserved = weight(destinations, targets, IstioTargets.Role.ADDITIONAL);
    int given = shares.canary() + shares.experiment() + reserved;
    int stable = Math.max(0, shares.total() - given);
    Map<String, Integer> experiment = new LinkedHashMap<>();
    shares.additional().forEach(each -> experiment.put(each.serviceName(), each.weight()));

    List<LiveNode> divided = new ArrayList<>();
    Set<String> present = new HashSet<>();
    for (LiveNode weighted : destinations) {
      switch (targets.role(weighted)) {
        case CANARY -> divided.add(weigh(weighted, shares.canary()));
        case STABLE -> divided.add(weigh(weighted, stable));
        case ADDITIONAL -> divided.add(weighted);
        case OTHER -> {
          String service = IstioTargets.hostKey(weighted.object("destination"));
          Integer wanted = experiment.get(service);
          if (wanted != null && present.add(service)) {
            divided.add(weigh(weighted, wanted));
          }
        }
      }
    }
    for (WeightDestination each : shares.additional()) {
      if (present.add(each.serviceName())) {
        LiveNode host = route.detached(Map.of("host", each.serviceName()));
        divided.add(
            route.detached(Map.of()).with("destination", host).with("weight", each.weight()));
      }
    }
    requireSum(route, divided, given + stable);
    return route.with("route", divided);
  }

  private static LiveNode weigh(LiveNode weighted, int weight) throws LiveObjectException {
    return weighted.number("weight") == weight ? weighted : weighted.with("weight", weight);
  }

  private static void requireSum(LiveNode route, List<LiveNode> divided, int sum)
      throws LiveObjectException {
    int actual = 0;
    for (LiveNode weighted : divided) {
      actual += weighted.number("weight");
    }
    if (actual != sum) {
      throw route.problem(
          "route",
          "has the same version more than once, so that its weights would add up to %d instead of %d"
              .formatted(actual, sum));
    }
  }

  /** Weight that the destinations of a role have together. */
  static int weight(List<LiveNode> destinations, IstioTargets targets, IstioTargets.Role role)
      throws LiveObjectException {
    int sum = 0;
    for (LiveNode weighted : destinations) {
      if (targets.role(weighted) == role) {
        sum += weighted.number("weight");
      }
    }
    return sum;
  }
}
