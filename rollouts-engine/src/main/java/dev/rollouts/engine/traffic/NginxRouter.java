package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.routing.NginxRouting;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ingress NGINX: beside each stable Ingress one for the canary, which is derived from it each time.
 * The stable Ingress is never written. Spec: docs/spec/traffic-routing.md#nginx-ingress.
 */
final class NginxRouter implements TrafficRouter {
  private static final String DEFAULT_PREFIX = "nginx.ingress.kubernetes.io";
  private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
  private static final int BASE_NAME_MAX = 246;

  @Override
  public String type() {
    return "Nginx";
  }

  @Override
  public boolean isConfigured(Rollout rollout) {
    return routing(rollout) != null;
  }

  @Override
  public Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings settings) {
    NginxRouting nginx = routing(rollout);
    Set<ObjectKey> keys = new LinkedHashSet<>();
    for (String stable : nginx == null ? List.<String>of() : stableIngresses(nginx)) {
      String namespace = rollout.metadata().namespace();
      keys.add(IngressPaths.key(settings, namespace, stable));
      keys.add(IngressPaths.key(settings, namespace, canaryName(rollout, stable)));
    }
    return keys;
  }

  @Override
  public RoutingPlan plan(RoutingRequest request) {
    NginxRouting nginx = routing(request.rollout());
    if (nginx == null) {
      return RoutingPlan.settled();
    }
    List<String> names = stableIngresses(nginx);
    if (names.isEmpty()) {
      return RoutingPlan.failedAtWeight(
          List.of(),
          "spec.strategy.canary.trafficRouting.nginx names no Ingress; set stableIngress");
    }
    List<ClusterEffect> effects = new ArrayList<>();
    for (String stable : names) {
      ObjectKey key =
          IngressPaths.key(
              request.settings(), request.namespace(), canaryName(request.rollout(), stable));
      JsonObject live = request.objects().find(key).orElse(null);
      try {
        List<ClusterEffect> writes = canaryIngress(request, nginx, stable, key, live);
        Optional<String> refusal = Refusals.of(request.answers(), key);
        if (!writes.isEmpty() && refusal.isPresent()) {
          throw new LiveObjectException(
              "error %s canary ingress `%s`: %s"
                  .formatted(live == null ? "creating" : "patching", key.name(), refusal.get()));
        }
        effects.addAll(writes);
      } catch (LiveObjectException e) {
        return RoutingPlan.failedAtWeight(effects, e.getMessage());
      }
    }
    return RoutingPlan.of(effects);
  }

  private static List<ClusterEffect> canaryIngress(
      RoutingRequest request,
      NginxRouting nginx,
      String stableName,
      ObjectKey key,
      @Nullable JsonObject live)
      throws LiveObjectException {
    LiveNode stable = stableIngress(request, stableName);
    Map<String, @Nullable Object> annotations = annotations(request, nginx, stable);
    LiveNode spec = spec(request, stable);
    if (live == null) {
      LiveNode created =
          LiveNode.create(key)
              .withAt(annotations, "metadata", "annotations")
              .withAt(Ownership.references(request.rollout()), "metadata", "ownerReferences")
              .with("spec", spec);
      return List.of(
          new ClusterEffect.CreateObject(key, created.tree()),
          new ClusterEffect.Announce(
              Event.normal(
                  "CreatingCanaryIngress",
                  "Creating canary ingress `%s` with weight `%d`"
                      .formatted(key.name(), request.weight()))));
    }
    if (!Ownership.isControlledBy(live, request.rollout())) {
      throw new LiveObjectException(
          "canary ingress `%s` controlled by different object".formatted(key.name()));
    }
    LiveNode canary = LiveNode.of(key, live);
    // Other controllers leave annotations, too; they stay (T-106).
    Map<String, @Nullable Object> merged =
        new LinkedHashMap<>(canary.object("metadata").object("annotations").fields());
    merged.putAll(annotations);
    return canary
        .withAt(merged, "metadata", "annotations")
        .withoutAt("metadata", "labels")
        .with("spec", spec)
        .update(
            live,
            Event.normal(
                "PatchingCanaryIngress",
                "Updating Ingress `%s` to desiredWeight '%d'"
                    .formatted(key.name(), request.weight())));
  }

  private static LiveNode stableIngress(RoutingRequest request, String name)
      throws LiveObjectException {
    try {
      return LiveNode.read(
          request.objects(),
          IngressPaths.key(request.settings(), request.namespace(), name),
          "nginx.stableIngress");
    } catch (LiveObjectException missing) {
      throw new LiveObjectException(
          "error retrieving stableIngress `%s` from cache: %s"
              .formatted(name, missing.getMessage()));
    }
  }

  private static Map<String, @Nullable Object> annotations(
      RoutingRequest request, NginxRouting nginx, LiveNode stable) throws LiveObjectException {
    String prefix = nginx.annotationPrefix().isEmpty() ? DEFAULT_PREFIX : nginx.annotationPrefix();
    Map<String, @Nullable Object> annotations = new LinkedHashMap<>();
    LiveNode ofStable = stable.object("metadata").object("annotations");
    if (ofStable.has(CLASS_ANNOTATION)) {
      annotations.put(CLASS_ANNOTATION, ofStable.text(CLASS_ANNOTATION));
    }
    nginx
        .additionalIngressAnnotations()
        .forEach(
            (key, value) ->
                annotations.put(key.startsWith(prefix) ? key : prefix + "/" + key, value));
    annotations.putAll(nginx.canaryIngressAnnotations());
    annotations.put(prefix + "/canary", "true");
    annotations.put(prefix + "/canary-weight", String.valueOf(request.weight()));
    TrafficRouting routing = CanaryRouting.of(request.rollout());
    if (routing != null && routing.maxTrafficWeight() != null) {
      annotations.put(prefix + "/canary-weight-total", routing.maxTrafficWeight().toString());
    }
    return annotations;
  }

  private static LiveNode spec(RoutingRequest request, LiveNode stable) throws LiveObjectException {
    ServicePair services = ServicePair.fixed(request.rollout());
    LiveNode from = stable.object("spec");
    List<LiveNode> rules = new ArrayList<>();
    for (LiveNode rule : from.objects("rules")) {
      if (!rule.has("http")) {
        throw rule.problem("http", "must list paths, was absent");
      }
      LiveNode http = rule.object("http");
      boolean isOurs = false;
      List<LiveNode> paths = new ArrayList<>();
      for (LiveNode path : http.objects("paths")) {
        String service = IngressPaths.service(path);
        if (service.isEmpty()) {
          throw path.problem("backend", "must name a Service");
        }
        boolean isStable = service.equals(services.stable());
        isOurs |= isStable;
        paths.add(isStable ? IngressPaths.leadingTo(services.canary(), path) : path);
      }
      if (isOurs) {
        rules.add(rule.with("http", http.with("paths", paths)));
      }
    }
    if (rules.isEmpty()) {
      throw new LiveObjectException(
          IngressChecks.noRules(stable.owner().name(), services.stable()));
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (String copied : List.of("ingressClassName", "tls")) {
      if (from.has(copied)) {
        fields.put(copied, from.value(copied));
      }
    }
    return from.detached(fields).with("rules", rules);
  }

  private static List<String> stableIngresses(NginxRouting nginx) {
    List<String> several = nginx.stableIngresses();
    List<String> names =
        several == null || several.isEmpty() ? List.of(nginx.stableIngress()) : several;
    return names.stream().filter(name -> !name.isEmpty()).distinct().toList();
  }

  private static String canaryName(Rollout rollout, String stable) {
    String base = rollout.metadata().name() + "-" + stable;
    return base.substring(0, Math.min(base.length(), BASE_NAME_MAX)) + "-canary";
  }

  private static @Nullable NginxRouting routing(Rollout rollout) {
    TrafficRouting routing = CanaryRouting.of(rollout);
    return routing == null ? null : routing.nginx();
  }
}
