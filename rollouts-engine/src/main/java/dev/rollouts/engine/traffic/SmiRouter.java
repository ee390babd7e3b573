package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.rollout.routing.SmiRouting;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes and edits a TrafficSplit of the Service Mesh Interface, which Linkerd understands with its
 * extension. Spec: docs/spec/traffic-routing.md#smi.
 */
public final class SmiRouter implements TrafficRouter {
  /** The version whose weights are quantities, which are texts. */
  private static final String QUANTITIES = "v1alpha1";

  private static final Set<String> VERSIONS = Set.of(QUANTITIES, "v1alpha2", "v1alpha3");

  @Override
  public String type() {
    return "SMI";
  }

  @Override
  public boolean isConfigured(Rollout rollout) {
    return settings(rollout) != null;
  }

  private static @Nullable SmiRouting settings(Rollout rollout) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    return canary == null || canary.trafficRouting() == null ? null : canary.trafficRouting().smi();
  }

  @Override
  public Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings settings) {
    SmiRouting smi = settings(rollout);
    return smi == null ? Set.of() : Set.of(key(rollout, smi, settings));
  }

  private static ObjectKey key(Rollout rollout, SmiRouting smi, RouterSettings settings) {
    return new ObjectKey(
        "split.smi-spec.io/" + settings.trafficSplitApiVersion(),
        "TrafficSplit",
        rollout.metadata().namespace(),
        smi.trafficSplitName().isEmpty() ? rollout.metadata().name() : smi.trafficSplitName());
  }

  @Override
  public RoutingPlan plan(RoutingRequest request) {
    SmiRouting smi = settings(request.rollout());
    if (smi == null) {
      return RoutingPlan.settled();
    }
    try {
      return RoutingPlan.of(effects(request, smi));
    } catch (LiveObjectException refused) {
      return RoutingPlan.failedAtWeight(List.of(), refused.getMessage());
    }
  }

  private static List<ClusterEffect> effects(RoutingRequest request, SmiRouting smi)
      throws LiveObjectException {
    String version = request.settings().trafficSplitApiVersion();
    if (!VERSIONS.contains(version)) {
      throw new LiveObjectException("Unsupported TrafficSplit API version `" + version + "`");
    }
    ServicePair services = ServicePair.fixed(request.rollout());
    if (services.canary().isEmpty() || services.stable().isEmpty()) {
      throw new LiveObjectException(
          "SMI needs spec.strategy.canary.canaryService and stableService; set both");
    }
    String root = smi.rootService().isEmpty() ? services.stable() : smi.rootService();
    List<Map<String, Object>> backends =
        backends(Shares.of(request, 100), services, version.equals(QUANTITIES));

    ObjectKey key = key(request.rollout(), smi, request.settings());
    JsonObject live = request.objects().find(key).orElse(null);
    if (live == null) {
      LiveNode split =
          LiveNode.create(key)
              .withAt(Ownership.references(request.rollout()), "metadata", "ownerReferences")
              .withAt(root, "spec", "service")
              .withAt(backends, "spec", "backends");
      List<ClusterEffect> effects = new ArrayList<>();
      Refusals.of(request.answers(), key)
          .ifPresent(
              error ->
                  effects.add(
                      announce(
                          "TrafficSplitNotCreated",
                          "TrafficSplit `%s` failed creation: %s".formatted(key.name(), error))));
      effects.add(new ClusterEffect.CreateObject(key, split.tree()));
      effects.add(announce("TrafficSplitCreated", "TrafficSplit `" + key.name() + "` created"));
      return effects;
    }
    if (!Ownership.isControlledBy(live, request.rollout())) {
      throw new LiveObjectException("Rollout does not own TrafficSplit `" + key.name() + "`");
    }
    return LiveNode.of(key, live)
        .withAt(root, "spec", "service")
        .withAt(backends, "spec", "backends")
        .update(live);
  }

  private static ClusterEffect announce(String reason, String message) {
    return new ClusterEffect.Announce(Event.normal(reason, message));
  }

  private static List<Map<String, Object>> backends(
      Shares shares, ServicePair services, boolean quantities) {
    List<Map<String, Object>> backends = new ArrayList<>();
    backends.add(backend(services.canary(), shares.canary(), quantities));
    for (WeightDestination each : shares.additional()) {
      backends.add(backend(each.serviceName(), each.weight(), quantities));
    }
    backends.add(backend(services.stable(), shares.stable(), quantities));
    return backends;
  }

  private static Map<String, Object> backend(String service, int weight, boolean quantities) {
    Map<String, Object> backend = new LinkedHashMap<>();
    backend.put("service", service);
    backend.put("weight", quantities ? (Object) String.valueOf(weight) : (Object) weight);
    return backend;
  }
}
