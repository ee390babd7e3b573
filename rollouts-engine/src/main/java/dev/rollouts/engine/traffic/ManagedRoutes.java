package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.routing.ManagedRoute;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Names of the routes that a rollout may make and remove. */
final class ManagedRoutes {
  private ManagedRoutes() {}

  /** Those in {@code managedRoutes} in its order, then any other that a step makes (T-444). */
  static Set<String> of(Rollout rollout) {
    Set<String> names = new LinkedHashSet<>(listed(rollout));
    CanaryStrategy canary = rollout.spec().strategy().canary();
    for (CanaryStep step : canary == null ? List.<CanaryStep>of() : canary.steps()) {
      if (step.setMirrorRoute() != null) {
        names.add(step.setMirrorRoute().name());
      }
      if (step.setHeaderRoute() != null) {
        names.add(step.setHeaderRoute().name());
      }
    }
    names.remove("");
    return names;
  }

  /** Whether a route is one that a {@code setMirrorRoute} step makes or removes. */
  static boolean isMirror(Rollout rollout, String name) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    return canary != null
        && canary.steps().stream()
            .map(CanaryStep::setMirrorRoute)
            .anyMatch(step -> step != null && step.name().equals(name));
  }

  private static List<String> listed(Rollout rollout) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    TrafficRouting routing = canary == null ? null : canary.trafficRouting();
    List<ManagedRoute> routes = routing == null ? null : routing.managedRoutes();
    List<String> names = new ArrayList<>();
    if (routes != null) {
      routes.forEach(route -> names.add(route.name()));
    }
    return names;
  }
}
