package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.routing.IstioDestinationRule;
import dev.rollouts.api.rollout.routing.IstioRouting;
import dev.rollouts.api.rollout.routing.IstioVirtualService;
import dev.rollouts.api.rollout.routing.TcpRoute;
import dev.rollouts.api.rollout.routing.TlsRoute;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.traffic.IstioRoutes.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Edits VirtualServices, and the subsets of a DestinationRule. Spec:
 * docs/spec/traffic-routing.md#istio.
 */
public final class IstioRouter implements TrafficRouter {
  private static final String CLUSTER_SUFFIX = ".cluster.local";
  private static final String SERVICE_SUFFIX = ".svc";

  @Override
  public String type() {
    return "Istio";
  }

  @Override
  public boolean isConfigured(Rollout rollout) {
    return settings(rollout) != null;
  }

  private static @Nullable IstioRouting settings(Rollout rollout) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    return canary == null || canary.trafficRouting() == null
        ? null
        : canary.trafficRouting().istio();
  }

  @Override
  public Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings settings) {
    IstioRouting istio = settings(rollout);
    if (istio == null) {
      return Set.of();
    }
    String namespace = rollout.metadata().namespace();
    Set<ObjectKey> keys = new LinkedHashSet<>(virtualServices(istio, namespace, settings).keySet());
    IstioDestinationRule rule = istio.destinationRule();
    if (rule != null) {
      keys.add(IstioDestinationRuleEdit.key(rule, namespace, settings));
    }
    return keys;
  }

  /** The DestinationRule that a rollout edits, or null. */
  static @Nullable IstioDestinationRule destinationRule(Rollout rollout) {
    IstioRouting istio = settings(rollout);
    return istio == null ? null : istio.destinationRule();
  }

  /** The revisions of all subsets (T-436). */
  @Override
  public Set<String> referencedHashes(
      Rollout rollout, ClusterObjects objects, RouterSettings settings) {
    IstioDestinationRule rule = destinationRule(rollout);
    if (rule == null) {
      return Set.of();
    }
    ObjectKey key = IstioDestinationRuleEdit.key(rule, rollout.metadata().namespace(), settings);
    Set<String> hashes = new LinkedHashSet<>();
    if (objects.find(key).map(tree -> tree.at("spec", "subsets")).orElse(null)
        instanceof List<?> subsets) {
      for (Object subset : subsets) {
        if (subset instanceof Map<?, ?> map
            && map.get("labels") instanceof Map<?, ?> labels
            && labels.get(RolloutKeys.POD_TEMPLATE_HASH) instanceof String hash) {
          hashes.add(hash);
        }
      }
    }
    return hashes;
  }

  /**
   * Where a VirtualService is (T-400): {@code name}, {@code name.namespace}, or a host in the
   * cluster's domain.
   *
   * @param namespace of the rollout
   */
  public static ObjectKey key(
      IstioVirtualService virtualService, String namespace, RouterSettings settings) {
    String name = virtualService.name();
    if (name.endsWith(CLUSTER_SUFFIX)) {
      name = name.substring(0, name.length() - CLUSTER_SUFFIX.length());
    }
    if (name.endsWith(SERVICE_SUFFIX)
        && name.indexOf('.') < name.length() - SERVICE_SUFFIX.length()) {
      name = name.substring(0, name.length() - SERVICE_SUFFIX.length());
    }
    int dot = name.lastIndexOf('.');
    return new ObjectKey(
        "networking.istio.io/" + settings.istioApiVersion(),
        "VirtualService",
        dot < 0 ? namespace : name.substring(dot + 1),
        dot < 0 ? name : name.substring(0, dot));
  }

  /** The VirtualServices in their order; entries for the same object count as one (T-401). */
  private static Map<ObjectKey, IstioVirtualService> virtualServices(
      IstioRouting istio, String namespace, RouterSettings settings) {
    List<IstioVirtualService> entries = istio.virtualServices();
    if (entries == null) {
      IstioVirtualService single = istio.virtualService();
      entries = single == null ? List.of() : List.of(single);
    }
    Map<ObjectKey, IstioVirtualService> byKey = new LinkedHashMap<>();
    for (IstioVirtualService entry : entries) {
      byKey.merge(key(entry, namespace, settings), entry, IstioRouter::both);
    }
    return byKey;
  }

  private static IstioVirtualService both(IstioVirtualService one, IstioVirtualService other) {
    Set<String> routes = new LinkedHashSet<>(one.routes());
    routes.addAll(other.routes());
    Set<TlsRoute> tls = new LinkedHashSet<>(one.tlsRoutes());
    tls.addAll(other.tlsRoutes());
    Set<TcpRoute> tcp = new LinkedHashSet<>(one.tcpRoutes());
    tcp.addAll(other.tcpRoutes());
    return new IstioVirtualService(
        one.name(), List.copyOf(routes), List.copyOf(tls), List.copyOf(tcp));
  }

  /**
   * Why the routes of a VirtualService cannot be divided, whatever the weights; empty when they can
   * (T-410 to T-416, T-421). For validation before anything is deployed.
   *
   * @param settings the entry of the rollout that names the VirtualService
   */
  public static Optional<String> check(
      Rollout rollout, IstioVirtualService settings, JsonObject virtualService) {
    try {
      IstioTargets targets = IstioTargets.of(rollout, destinationRule(rollout));
      Set<String> managed = new LinkedHashSet<>(ManagedRoutes.of(rollout));
      settings.routes().forEach(managed::remove);
      LiveNode spec =
          LiveNode.of(ClusterObjects.keyOf(virtualService), virtualService).object("spec");
      IstioRoutes routes = new IstioRoutes(spec, settings, managed, targets);
      for (Protocol protocol : routes.protocols()) {
        try {
          routes.select(protocol);
        } catch (LiveObjectException invalid) {
          return Optional.of(
              "Istio VirtualService has invalid %s routes. Error: %s"
                  .formatted(protocol, invalid.getMessage()));
        }
      }
      return Optional.empty();
    } catch (LiveObjectException unusable) {
      return Optional.of(unusable.getMessage());
    }
  }

  @Override
  public RoutingPlan plan(RoutingRequest request) {
    IstioRouting istio = settings(request.rollout());
    if (istio == null) {
      return RoutingPlan.settled();
    }
    if (istio.virtualService() == null && istio.virtualServices() == null) {
      return RoutingPlan.failed(
          List.of(), "either VirtualService or VirtualServices must be configured");
    }
    Shares shares;
    try {
      shares = Shares.of(request, 100);
    } catch (LiveObjectException impossible) {
      return RoutingPlan.failedAtWeight(List.of(), impossible.getMessage());
    }
    return new Turn(request, istio, shares).plan();
  }

  /** One plan: revisions and weights, in the order that keeps every request answered. */
  private static final class Turn {
    private final RoutingRequest request;
    private final IstioRouting istio;
    private final Shares shares;
    private final IstioTargets targets;

    Turn(RoutingRequest request, IstioRouting istio, Shares shares) {
      this.request = request;
      this.istio = istio;
      this.shares = shares;
      this.targets = IstioTargets.of(request.rollout(), istio.destinationRule());
    }

    RoutingPlan plan() {
      IstioDestinationRule rule = istio.destinationRule();
      if (rule == null) {
        return virtualServices(edit -> edit.plan(""));
      }
      ObjectKey key = IstioDestinationRuleEdit.key(rule, request.namespace(), request.settings());
      JsonObject tree = request.objects().find(key).orElse(null);
      if (tree == null) {
        String missing = "DestinationRule `" + rule.name() + "` not found";
        return RoutingPlan.failed(
            List.of(announce(Event.warning("DestinationRuleNotFound", missing))), missing);
      }
      try {
        return plan(rule, LiveNode.of(key, tree));
      } catch (LiveObjectException refused) {
        return RoutingPlan.failed(List.of(), refused.getMessage());
      }
    }

    private RoutingPlan plan(IstioDestinationRule rule, LiveNode live) throws LiveObjectException {
      IstioDestinationRuleEdit revisions = new IstioDestinationRuleEdit(rule, request);
      List<ClusterEffect> relabel = revisions.plan(live);
      String host = live.object("spec").text("host");
      if (relabel.isEmpty()) {
        return virtualServices(edit -> edit.plan(host));
      }
      if (request.weightBeforeHash()) {
        RoutingPlan weights = virtualServices(edit -> edit.plan(host));
        if (weights.error() != null) {
          return weights;
        }
        if (!weights.effects().isEmpty()) {
          return RoutingPlan.waiting(
              weights.effects(),
              "weight %d of the canary, before subsets change revision".formatted(shares.canary()));
        }
      }
      String unavailable = unavailable();
      if (unavailable != null) {
        boolean stableInPlace = revisions.isStableInPlace(live);
        RoutingPlan lowered =
            virtualServices(edit -> RoutingPlan.of(edit.planWithoutRaise(stableInPlace)));
        return lowered.error() != null
            ? lowered
            : RoutingPlan.waiting(lowered.effects(), unavailable);
      }
      RoutingPlan weights = virtualServices(edit -> edit.plan(host));
      List<ClusterEffect> effects = new ArrayList<>(relabel);
      effects.addAll(weights.effects());
      return new RoutingPlan(
          effects, null, weights.error(), weights.atWeight(), false, null, false);
    }

    /** What delays a switch of revisions where subsets alone tell them apart (T-430), or null. */
    private @Nullable String unavailable() {
      ServicePair services = ServicePair.fixed(request.rollout());
      if (!services.canary().isEmpty() || !services.stable().isEmpty()) {
        return null;
      }
      for (ReplicaSet each : request.replicaSets()) {
        boolean counts =
            each.hash().equals(request.stableHash())
                || (each.hash().equals(request.canaryHash()) && !request.canaryHashFrozen());
        if (counts && each.replicas() > 0 && !each.isFullyAvailable()) {
          return "delaying destination rule switch: ReplicaSet %s not fully available"
              .formatted(each.name());
        }
      }
      return null;
    }

    /** All VirtualServices in their order; the first error ends it. */
    private RoutingPlan virtualServices(Edit edit) {
      List<ClusterEffect> effects = new ArrayList<>();
      for (Map.Entry<ObjectKey, IstioVirtualService> entry :
          IstioRouter.virtualServices(istio, request.namespace(), request.settings()).entrySet()) {
        ObjectKey key = entry.getKey();
        JsonObject tree = request.objects().find(key).orElse(null);
        if (tree == null) {
          String missing = "VirtualService `" + key.name() + "` not found";
          effects.add(announce(Event.warning("VirtualServiceNotFound", missing)));
          return RoutingPlan.failedAtWeight(effects, missing);
        }
        try {
          RoutingPlan one =
              edit.plan(
                  new IstioVirtualServiceEdit(
                      request, targets, shares, LiveNode.of(key, tree), entry.getValue()));
          effects.addAll(one.effects());
          if (one.error() != null) {
            return new RoutingPlan(
                effects, null, named(key, one.error()), one.atWeight(), false, null, false);
          }
        } catch (LiveObjectException refused) {
          return RoutingPlan.failedAtWeight(effects, named(key, refused.getMessage()));
        }
      }
      return RoutingPlan.of(effects);
    }

    /** The error and the object it is about, which the texts that users know do not say. */
    private static String named(ObjectKey key, String error) {
      String name = "`" + key.namespace() + "/" + key.name() + "`";
      return error.contains(name) ? error : error + " (VirtualService " + name + ")";
    }

    private static ClusterEffect announce(Event event) {
      return new ClusterEffect.Announce(event);
    }
  }

  /** What is done with each VirtualService. */
  private interface Edit {
    RoutingPlan plan(IstioVirtualServiceEdit edit) throws LiveObjectException;
  }
}
