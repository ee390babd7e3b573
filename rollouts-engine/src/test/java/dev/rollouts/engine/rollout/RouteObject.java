package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.traffic.RouterSettings;
import dev.rollouts.engine.traffic.RoutingPlan;
import dev.rollouts.engine.traffic.RoutingRequest;
import dev.rollouts.engine.traffic.TrafficRouter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A router with one object, which says what was asked for. It can be told to make trouble. */
final class RouteObject implements TrafficRouter {
  private final String type;
  private final ObjectKey key;

  /** Why weights cannot be set; null when they can. */
  @Nullable String weightError;

  /** Why revisions cannot be moved; null when they can. */
  @Nullable String hashError;

  /** What must come true before anything is written; null when nothing. */
  @Nullable String waitingFor;

  /** Whether somebody can be asked if the weights are in force. */
  boolean verifiable;

  RouteObject(String type) {
    this.type = type;
    this.key =
        new ObjectKey("test/v1", "Route", "default", type.toLowerCase(java.util.Locale.ROOT));
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public boolean isConfigured(Rollout rollout) {
    var canary = rollout.spec().strategy().canary();
    return canary != null && canary.trafficRouting() != null;
  }

  @Override
  public Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings settings) {
    return Set.of(key);
  }

  ObjectKey key() {
    return key;
  }

  @Override
  public RoutingPlan plan(RoutingRequest request) {
    if (hashError != null) {
      return RoutingPlan.failed(List.of(), hashError);
    }
    if (weightError != null) {
      return RoutingPlan.failedAtWeight(List.of(), weightError);
    }
    if (waitingFor != null) {
      return RoutingPlan.waiting(List.of(), waitingFor);
    }
    JsonObject wanted = object(request);
    JsonObject live = request.objects().find(key).orElse(JsonObject.empty());
    return (live.equals(wanted)
            ? RoutingPlan.settled()
            : RoutingPlan.of(List.of(new ClusterEffect.UpdateObject(key, live, wanted))))
        .verifiable(verifiable);
  }

  private static JsonObject object(RoutingRequest request) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("weight", request.weight());
    fields.put("canary", request.canaryHash());
    fields.put("stable", request.stableHash());
    fields.put(
        "additional",
        request.additional().stream().map(it -> it.serviceName() + "=" + it.weight()).toList());
    fields.put("headers", request.headerRoutes().stream().map(SetHeaderRoute::name).toList());
    fields.put("mirrors", request.mirrorRoutes().stream().map(SetMirrorRoute::name).toList());
    fields.put("weightFirst", request.weightBeforeHash());
    return JsonObject.of(fields);
  }
}
