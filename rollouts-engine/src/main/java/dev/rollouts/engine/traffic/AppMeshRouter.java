package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.routing.AppMeshNodeRef;
import dev.rollouts.api.rollout.routing.AppMeshRouting;
import dev.rollouts.api.rollout.routing.AppMeshVirtualNodeGroup;
import dev.rollouts.api.rollout.routing.AppMeshVirtualService;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * AWS App Mesh: weights in the routes of the VirtualRouter behind a VirtualService, hashes in the
 * pod selectors of two VirtualNodes. Spec: docs/spec/traffic-routing.md#aws-app-mesh.
 */
final class AppMeshRouter implements TrafficRouter {
  private static final String GROUP = "appmesh.k8s.aws/";
  private static final String NO_CANARY = "canary-hash";
  private static final String NO_STABLE = "stable-hash";
  private static final int TOTAL = 100;

  @Override
  public String type() {
    return "AppMesh";
  }

  @Override
  public boolean isConfigured(Rollout rollout) {
    return routing(rollout) != null;
  }

  @Override
  public Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings settings) {
    AppMeshRouting mesh = routing(rollout);
    Set<ObjectKey> keys = new LinkedHashSet<>();
    if (mesh == null) {
      return keys;
    }
    Objects objects = new Objects(soFar, settings, rollout.metadata().namespace());
    AppMeshVirtualNodeGroup nodes = mesh.virtualNodeGroup();
    if (nodes != null) {
      for (String node : List.of(stableNode(nodes), canaryNode(nodes))) {
        if (!node.isEmpty()) {
          keys.add(objects.key("VirtualNode", node));
        }
      }
    }
    AppMeshVirtualService service = mesh.virtualService();
    if (service != null) {
      ObjectKey key = objects.key("VirtualService", service.name());
      keys.add(key);
      soFar
          .find(key)
          .ifPresent(
              tree -> {
                try {
                  keys.add(objects.routerOf(LiveNode.of(key, tree)));
                } catch (LiveObjectException malformed) {
                  // The plan says so.
                }
              });
    }
    return keys;
  }

  @Override
  public RoutingPlan plan(RoutingRequest request) {
    AppMeshRouting mesh = routing(request.rollout());
    if (mesh == null) {
      return RoutingPlan.settled();
    }
    List<ClusterEffect> effects = new ArrayList<>();
    boolean atWeight = request.weightBeforeHash();
    try {
      AppMeshVirtualNodeGroup nodes = mesh.virtualNodeGroup();
      if (nodes == null || stableNode(nodes).isEmpty() || canaryNode(nodes).isEmpty()) {
        throw new LiveObjectException(
            "spec.strategy.canary.trafficRouting.appMesh.virtualNodeGroup must name a canaryVirtualNodeRef and a stableVirtualNodeRef");
      }
      Objects objects = new Objects(request.objects(), request.settings(), request.namespace());
      String stableHash = request.stableHash().isEmpty() ? NO_STABLE : request.stableHash();
      boolean hasCanary =
          !request.canaryHash().isEmpty() && !request.canaryHash().equals(request.stableHash());
      String canaryHash = hasCanary ? request.canaryHash() : NO_CANARY;
      if (request.weightBeforeHash()) {
        setWeights(request, mesh, nodes, objects, effects);
        atWeight = false;
      }
      setHash(objects, stableNode(nodes), stableHash, request, effects);
      if (hasCanary) {
        setHash(objects, canaryNode(nodes), canaryHash, request, effects);
      }
      if (!request.weightBeforeHash()) {
        atWeight = true;
        setWeights(request, mesh, nodes, objects, effects);
        atWeight = false;
      }
      if (!hasCanary) {
        // A node without pods must not have traffic, so its weight goes first.
        setHash(objects, canaryNode(nodes), canaryHash, request, effects);
      }
    } catch (LiveObjectException e) {
      return atWeight
          ? RoutingPlan.failedAtWeight(effects, e.getMessage())
          : RoutingPlan.failed(effects, e.getMessage());
    }
    return RoutingPlan.of(effects);
  }

  private static void setHash(
      Objects objects,
      String name,
      String hash,
      RoutingRequest request,
      List<ClusterEffect> effects)
      throws LiveObjectException {
    ObjectKey key = objects.key("VirtualNode", name);
    LiveNode node =
        objects.required(key, "VirtualNodeNotFound", "Virtual-node is missing", effects);
    add(
        request,
        key,
        node.withAt(hash, "spec", "podSelector", "matchLabels", RolloutKeys.POD_TEMPLATE_HASH)
            .update(node.tree()),
        effects);
  }

  private static void setWeights(
      RoutingRequest request,
      AppMeshRouting mesh,
      AppMeshVirtualNodeGroup nodes,
      Objects objects,
      List<ClusterEffect> effects)
      throws LiveObjectException {
    AppMeshVirtualService configured = mesh.virtualService();
    if (configured == null) {
      throw new LiveObjectException(
          "spec.strategy.canary.trafficRouting.appMesh.virtualService must name a VirtualService");
    }
    LiveNode service =
        objects.required(
            objects.key("VirtualService", configured.name()),
            "VirtualServiceNotFound",
            "Virtual-service is missing",
            effects);
    ObjectKey key = objects.routerOf(service);
    LiveNode router =
        objects.required(key, "VirtualRouterNotFound", "Virtual-router is missing", effects);
    List<LiveNode> routes = router.object("spec").objects("routes");
    if (routes.isEmpty()) {
      throw router.problemKnownAs("No routes found", "add routes to spec.routes");
    }
    boolean[] found = new boolean[2];
    List<LiveNode> edited = new ArrayList<>();
    for (LiveNode route : routes) {
      boolean isOurs =
          configured.routes().isEmpty() || configured.routes().contains(route.text("name"));
      edited.add(
          isOurs
              ? AppMeshRoutes.edit(
                  route,
                  target -> {
                    String node = nodeOf(target, request.namespace());
                    if (node.equals(canaryNode(nodes))) {
                      found[0] = true;
                      return weighted(target, request.weight());
                    }
                    if (node.equals(stableNode(nodes))) {
                      found[1] = true;
                      return weighted(target, TOTAL - request.weight());
                    }
                    return target;
                  })
              : route);
    }
    if (!found[0] || !found[1]) {
      throw router
          .object("spec")
          .problem(
              "routes",
              "must have weightedTargets for VirtualNodes `%s` and `%s`"
                  .formatted(canaryNode(nodes), stableNode(nodes)));
    }
    add(request, key, router.withAt(edited, "spec", "routes").update(router.tree()), effects);
  }

  private static void add(
      RoutingRequest request,
      ObjectKey key,
      List<ClusterEffect> writes,
      List<ClusterEffect> effects)
      throws LiveObjectException {
    Optional<String> refusal = Refusals.of(request.answers(), key);
    if (!writes.isEmpty() && refusal.isPresent()) {
      throw new LiveObjectException(
          "error updating %s `%s`: %s".formatted(key.kind(), key.name(), refusal.get()));
    }
    effects.addAll(writes);
  }

  /** Name of the node of a target in the rollout's namespace; empty for other targets. */
  private static String nodeOf(LiveNode target, String namespace) throws LiveObjectException {
    LiveNode node = target.object("virtualNodeRef");
    String where = node.text("namespace");
    return where.isEmpty() || where.equals(namespace) ? node.text("name") : "";
  }

  private static LiveNode weighted(LiveNode target, int weight) throws LiveObjectException {
    return target.has("weight") && target.number("weight") == weight
        ? target
        : target.with("weight", weight);
  }

  private static String canaryNode(AppMeshVirtualNodeGroup nodes) {
    AppMeshNodeRef node = nodes.canaryVirtualNodeRef();
    return node == null ? "" : node.name();
  }

  private static String stableNode(AppMeshVirtualNodeGroup nodes) {
    AppMeshNodeRef node = nodes.stableVirtualNodeRef();
    return node == null ? "" : node.name();
  }

  private static @Nullable AppMeshRouting routing(Rollout rollout) {
    TrafficRouting routing = CanaryRouting.of(rollout);
    return routing == null ? null : routing.appMesh();
  }

  /** Objects of App Mesh as they were read. */
  private record Objects(ClusterObjects live, RouterSettings settings, String namespace) {
    ObjectKey key(String kind, String name) {
      return new ObjectKey(GROUP + settings.appMeshApiVersion(), kind, namespace, name);
    }

    /** The router that a VirtualService sends its requests to. */
    ObjectKey routerOf(LiveNode service) throws LiveObjectException {
      LiveNode reference =
          service
              .object("spec")
              .object("provider")
              .object("virtualRouter")
              .object("virtualRouterRef");
      String name = reference.text("name");
      if (name.isEmpty()) {
        throw service.problemKnownAs(
            "Virtual-service is not associated with virtual-router",
            "name one in spec.provider.virtualRouter.virtualRouterRef");
      }
      String where = reference.text("namespace");
      return new ObjectKey(
          service.owner().apiVersion(),
          "VirtualRouter",
          where.isEmpty() ? service.owner().namespace() : where,
          name);
    }

    LiveNode required(ObjectKey key, String reason, String error, List<ClusterEffect> effects)
        throws LiveObjectException {
      if (live.find(key).isEmpty()) {
        String text =
            "%s `%s` not found in namespace `%s`"
                .formatted(key.kind(), key.name(), key.namespace());
        effects.add(new ClusterEffect.Announce(Event.warning(reason, text)));
        throw new LiveObjectException(
            "%s: %s; create it or correct spec.strategy.canary.trafficRouting.appMesh"
                .formatted(error, text));
      }
      return LiveNode.read(live, key);
    }
  }
}
