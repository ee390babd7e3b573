package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.routing.AmbassadorRouting;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.api.wire.JsonObject;
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
 * Ambassador and Emissary: beside each Mapping one for the canary, which exists only while it has
 * weight. Spec: docs/spec/traffic-routing.md#ambassador.
 */
final class AmbassadorRouter implements TrafficRouter {
  private static final int BASE_NAME_MAX = 246;
  private static final String FIELD = "ambassador.mappings";

  @Override
  public String type() {
    return "Ambassador";
  }

  @Override
  public boolean isConfigured(Rollout rollout) {
    return routing(rollout) != null;
  }

  @Override
  public Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings settings) {
    Set<ObjectKey> keys = new LinkedHashSet<>();
    for (String mapping : mappings(rollout)) {
      String namespace = rollout.metadata().namespace();
      keys.add(key(settings, namespace, mapping));
      keys.add(key(settings, namespace, canaryName(mapping)));
    }
    return keys;
  }

  @Override
  public RoutingPlan plan(RoutingRequest request) {
    if (!isConfigured(request.rollout())) {
      return RoutingPlan.settled();
    }
    List<String> mappings = mappings(request.rollout());
    if (mappings.isEmpty()) {
      return RoutingPlan.failedAtWeight(
          List.of(),
          "spec.strategy.canary.trafficRouting.%s: must provide at least one mapping"
              .formatted(FIELD));
    }
    List<ClusterEffect> effects = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    boolean isWeightWritten = false;
    for (String mapping : mappings) {
      try {
        isWeightWritten |= planMapping(request, mapping, effects);
      } catch (LiveObjectException e) {
        errors.add(e.getMessage());
      }
    }
    if (isWeightWritten) {
      effects.add(
          new ClusterEffect.Announce(
              Event.normal(
                  "CanaryMappingWeightUpdate",
                  "Set canary mapping weight to " + request.weight())));
    }
    if (errors.isEmpty()) {
      return RoutingPlan.of(effects);
    }
    return RoutingPlan.failedAtWeight(
        effects,
        errors.size() == 1
            ? errors.get(0)
            : errors.size() + " errors found: [" + String.join("][", errors) + "]");
  }

  /** Adds what one Mapping needs; whether that sets a weight. */
  private static boolean planMapping(
      RoutingRequest request, String mapping, List<ClusterEffect> effects)
      throws LiveObjectException {
    ObjectKey key = key(request.settings(), request.namespace(), canaryName(mapping));
    Optional<String> refusal = Refusals.of(request.answers(), key);
    JsonObject live = request.objects().find(key).orElse(null);
    if (live == null) {
      if (request.weight() == 0) {
        return false;
      }
      LiveNode base = base(request, mapping, effects);
      JsonObject created = canary(request, base, key);
      throwIfRefused(refusal, "CanaryMappingCreationError", "creating", key, effects);
      effects.add(new ClusterEffect.CreateObject(key, created));
      return true;
    }
    LiveNode canary = LiveNode.of(key, live);
    LiveNode spec = canary.object("spec");
    if (!spec.has("weight") || spec.number("weight") != request.weight()) {
      throwIfRefused(refusal, "CanaryMappingUpdateError", "updating", key, effects);
      effects.addAll(canary.withAt(request.weight(), "spec", "weight").update(live));
      return true;
    }
    if (request.weight() == 0) {
      if (refusal.isPresent()) {
        // At weight 0 it does no harm, and the rollout goes on (T-554).
        announce("CanaryMappingCleanupError", text("deleting", key, refusal.get()), effects);
      } else {
        effects.add(new ClusterEffect.DeleteObject(key));
      }
    }
    return false;
  }

  private static LiveNode base(RoutingRequest request, String mapping, List<ClusterEffect> effects)
      throws LiveObjectException {
    ObjectKey key = key(request.settings(), request.namespace(), mapping);
    if (request.objects().find(key).isEmpty()) {
      String text = "Ambassador mapping \"%s\" not found".formatted(mapping);
      announce("AmbassadorMappingNotFound", text, effects);
      throw new LiveObjectException(
          "%s; create it in namespace %s or correct spec.strategy.canary.trafficRouting.%s"
              .formatted(text, request.namespace(), FIELD));
    }
    LiveNode base = LiveNode.read(request.objects(), key);
    if (base.object("spec").number("weight") != 0) {
      String text = IngressChecks.definesWeight(mapping);
      announce("AmbassadorMappingConfigError", text, effects);
      throw new LiveObjectException(text + "; remove its spec.weight");
    }
    return base;
  }

  private static JsonObject canary(RoutingRequest request, LiveNode base, ObjectKey key)
      throws LiveObjectException {
    ServicePair pair = ServicePair.fixed(request.rollout());
    LiveNode spec = base.object("spec");
    String service = spec.text("service");
    if (service.isEmpty()) {
      throw spec.problem("service", "must name the stable Service, was absent");
    }
    int at = pair.stable().isEmpty() ? -1 : service.indexOf(pair.stable());
    String target =
        at < 0
            ? service
            : service.substring(0, at)
                + pair.canary()
                + service.substring(at + pair.stable().length());
    return LiveNode.create(key)
        .with("spec", spec.with("service", target).with("weight", request.weight()))
        .tree();
  }

  private static void throwIfRefused(
      Optional<String> refusal,
      String reason,
      String verb,
      ObjectKey key,
      List<ClusterEffect> effects)
      throws LiveObjectException {
    if (refusal.isPresent()) {
      String text = text(verb, key, refusal.get());
      announce(reason, text, effects);
      throw new LiveObjectException(text);
    }
  }

  private static String text(String verb, ObjectKey key, String refusal) {
    return "Error %s canary mapping \"%s\": %s".formatted(verb, key.name(), refusal);
  }

  private static void announce(String reason, String text, List<ClusterEffect> effects) {
    effects.add(new ClusterEffect.Announce(Event.warning(reason, text)));
  }

  private static ObjectKey key(RouterSettings settings, String namespace, String name) {
    String version = settings.ambassadorApiVersion();
    String kind = version.startsWith("x.getambassador.io/") ? "AmbassadorMapping" : "Mapping";
    return new ObjectKey(version, kind, namespace, name);
  }

  private static String canaryName(String mapping) {
    return mapping.substring(0, Math.min(mapping.length(), BASE_NAME_MAX)) + "-canary";
  }

  private static List<String> mappings(Rollout rollout) {
    AmbassadorRouting ambassador = routing(rollout);
    return ambassador == null
        ? List.of()
        : ambassador.mappings().stream().filter(name -> !name.isEmpty()).distinct().toList();
  }

  private static @Nullable AmbassadorRouting routing(Rollout rollout) {
    TrafficRouting routing = CanaryRouting.of(rollout);
    return routing == null ? null : routing.ambassador();
  }
}
