package dev.rollouts.engine.traffic;

import java.util.List;
import java.util.Optional;

/**
 * Plans of routers as they are acted on: none is about an object that the rollout may not use, and
 * an error for want of a kind says what is to be installed. Pure and thread-safe.
 */
public final class RoutingPlans {
  private RoutingPlans() {}

  /** What a router has to do. */
  public static RoutingPlan of(TrafficRouter router, RoutingRequest request) {
    Optional<String> refusal = ForeignObjects.refusal(router, request);
    if (refusal.isPresent()) {
      return RoutingPlan.failedAtWeight(List.of(), refusal.get());
    }
    RoutingPlan plan = ForeignObjects.guarded(request, router.plan(request));
    String error = plan.error();
    if (error == null) {
      return plan;
    }
    return router.reads(request.rollout(), request.objects(), request.settings()).stream()
        .flatMap(key -> request.objects().unserved(key).stream())
        .findFirst()
        .map(why -> plan.failed(error + ": " + why))
        .orElse(plan);
  }
}
