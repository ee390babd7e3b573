package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.routing.IstioDestinationRule;
import org.jspecify.annotations.Nullable;

/**
 * What canary and stable are called in a VirtualService: Services, or subsets of a DestinationRule.
 *
 * @param rule null means that Services alone tell the versions apart
 */
record IstioTargets(ServicePair services, @Nullable IstioDestinationRule rule) {
  /** What a destination stands for. */
  enum Role {
    CANARY,
    STABLE,
    /** A subset whose weight is somebody else's to set. */
    ADDITIONAL,
    OTHER
  }

  static IstioTargets of(Rollout rollout, @Nullable IstioDestinationRule rule) {
    return new IstioTargets(ServicePair.fixedFirst(rollout), rule);
  }

  /** What one element of a route's destinations stands for (T-420, T-422). */
  Role role(LiveNode weighted) throws LiveObjectException {
    if (!weighted.has("destination")) {
      throw weighted.problem("destination", "must be set");
    }
    LiveNode destination = weighted.object("destination");
    String subset = destination.text("subset");
    String host = hostKey(destination);
    // With subsets both versions often share one host, so the host decides only without a subset.
    if (rule != null && !subset.isEmpty()) {
      if (subset.equals(rule.canarySubsetName())) {
        return Role.CANARY;
      }
      if (subset.equals(rule.stableSubsetName())) {
        return Role.STABLE;
      }
      return rule.additionalSubsetNames().contains(subset) ? Role.ADDITIONAL : Role.OTHER;
    }
    if (host.isEmpty()) {
      return Role.OTHER;
    }
    if (host.equals(services.canary())) {
      return Role.CANARY;
    }
    return host.equals(services.stable()) ? Role.STABLE : Role.OTHER;
  }

  /** The name of the Service in a destination's host (T-420); empty when there is none. */
  static String hostKey(LiveNode destination) throws LiveObjectException {
    String host = destination.text("host");
    int dot = host.indexOf('.');
    return dot < 0 ? host : host.substring(0, dot);
  }

  /** Refuses a route that does not have both versions (T-421). */
  void requireBoth(LiveNode route) throws LiveObjectException {
    boolean canary = false;
    boolean stable = false;
    for (LiveNode weighted : route.objects("route")) {
      Role role = role(weighted);
      boolean counts = rule == null || !weighted.object("destination").text("subset").isEmpty();
      canary |= counts && role == Role.CANARY;
      stable |= counts && role == Role.STABLE;
    }
    if (!canary || !stable) {
      throw new LiveObjectException(missing(!canary));
    }
  }

  private String missing(boolean canary) {
    String version = canary ? "Canary" : "Stable";
    if (rule == null) {
      return "%s Service '%s' not found in route"
          .formatted(version, canary ? services.canary() : services.stable());
    }
    return "%s DestinationRule subset '%s' not found in route"
        .formatted(version, canary ? rule.canarySubsetName() : rule.stableSubsetName());
  }
}
