package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.routing.TraefikRouting;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Traefik: weights of the two Services in a weighted TraefikService. Spec:
 * docs/spec/traffic-routing.md#traefik.
 */
final class TraefikRouter implements TrafficRouter {
  private static final int TOTAL = 100;

  @Override
  public String type() {
    return "Traefik";
  }

  @Override
  public boolean isConfigured(Rollout rollout) {
    return routing(rollout) != null;
  }

  @Override
  public Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings settings) {
    TraefikRouting traefik = routing(rollout);
    return traefik == null
        ? Set.of()
        : Set.of(key(traefik, settings, rollout.metadata().namespace()));
  }

  @Override
  public RoutingPlan plan(RoutingRequest request) {
    TraefikRouting traefik = routing(request.rollout());
    if (traefik == null) {
      return RoutingPlan.settled();
    }
    ObjectKey key = key(traefik, request.settings(), request.namespace());
    List<ClusterEffect> effects = new ArrayList<>();
    try {
      LiveNode live = LiveNode.read(request.objects(), key, "traefik.weightedTraefikServiceName");
      effects.addAll(weighted(live, request).update(live.tree()));
    } catch (LiveObjectException e) {
      return RoutingPlan.failedAtWeight(List.of(), e.getMessage());
    }
    Optional<String> refusal = Refusals.of(request.answers(), key);
    if (effects.isEmpty() || refusal.isEmpty()) {
      return RoutingPlan.of(effects);
    }
    String error = "Error updating traefik service \"%s\": %s".formatted(key.name(), refusal.get());
    return RoutingPlan.failedAtWeight(
        List.of(new ClusterEffect.Announce(Event.warning("TraefikServiceUpdateError", error))),
        error);
  }

  private static LiveNode weighted(LiveNode live, RoutingRequest request)
      throws LiveObjectException {
    ServicePair pair = ServicePair.fixed(request.rollout());
    LiveNode weighted = live.object("spec").object("weighted");
    if (!weighted.has("services")) {
      throw weighted.problemKnownAs(
          "spec.weighted.services was not found in traefik service manifest",
          "list the Services of both versions there");
    }
    List<LiveNode> services = new ArrayList<>(weighted.objects("services"));
    set(services, weighted, pair.canary(), "canary", request.weight());
    set(services, weighted, pair.stable(), "stable", TOTAL - request.weight());
    return live.withAt(services, "spec", "weighted", "services");
  }

  private static void set(
      List<LiveNode> services, LiveNode weighted, String name, String role, int weight)
      throws LiveObjectException {
    for (int i = 0; i < services.size(); i++) {
      LiveNode service = services.get(i);
      if (!service.has("name")) {
        throw service.problemKnownAs(
            "name field was not found in service", "set " + service.path().key("name"));
      }
      if (service.text("name").equals(name)) {
        if (!service.has("weight") || service.number("weight") != weight) {
          services.set(i, service.with("weight", weight));
        }
        return;
      }
    }
    throw weighted.problemKnownAs(
        "traefik %s service was not found".formatted(role),
        "add an entry named `%s` to spec.weighted.services".formatted(name));
  }

  private static ObjectKey key(TraefikRouting traefik, RouterSettings settings, String namespace) {
    return new ObjectKey(
        settings.traefikApiVersion(),
        "TraefikService",
        namespace,
        traefik.weightedTraefikServiceName());
  }

  private static @Nullable TraefikRouting routing(Rollout rollout) {
    TrafficRouting routing = CanaryRouting.of(rollout);
    return routing == null ? null : routing.traefik();
  }
}
