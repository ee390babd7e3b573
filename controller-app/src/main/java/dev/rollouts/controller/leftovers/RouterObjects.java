package dev.rollouts.controller.leftovers;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.routing.AlbRouting;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Json;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.leftovers.Leftovers.Check;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.traffic.AlbCleanUp;
import dev.rollouts.engine.traffic.IstioCleanUp;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DestinationRules (T-435) and Ingresses of an ALB (T-157) that Rollouts have edited. */
final class RouterObjects {
  private static final Logger LOG = LoggerFactory.getLogger(RouterObjects.class);
  private static final String ALB_BOOKKEEPING = "rollouts.argoproj.io/managed-alb-annotations";
  private static final String INGRESS_VERSION = "networking.k8s.io/v1";

  private final Api api;
  private final String istioVersion;

  RouterObjects(Api api, String istioApiVersion) {
    this.api = api;
    this.istioVersion = "networking.istio.io/" + istioApiVersion;
  }

  /** Looks at what a Rollout named, and names no more. */
  List<Check> dropped(Rollout before, @Nullable Rollout after) {
    Set<ObjectKey> keys = new LinkedHashSet<>(edited(before));
    if (after != null) {
      keys.removeAll(edited(after));
    }
    return keys.stream().map(this::check).toList();
  }

  /** Looks at an object that says it is a Rollout's, of which nothing is known. */
  Optional<Check> orphaned(JsonObject object, BiPredicate<String, String> exists) {
    ObjectKey key = ClusterObjects.keyOf(object);
    Stream<String> managers =
        switch (key.kind()) {
          case "DestinationRule" -> IstioCleanUp.managedBy(object).stream();
          case "Ingress" -> albManagers(object).stream();
          default -> Stream.empty();
        };
    return managers.allMatch(name -> exists.test(key.namespace(), name))
        ? Optional.empty()
        : Optional.of(check(key));
  }

  private static Set<String> albManagers(JsonObject ingress) {
    Object text = ingress.at("metadata", "annotations", ALB_BOOKKEEPING);
    if (text instanceof String json) {
      try {
        Set<String> names = new HashSet<>();
        if (Json.read("annotation", json) instanceof Map<?, ?> rollouts) {
          rollouts.keySet().forEach(name -> names.add(String.valueOf(name)));
        }
        return names;
      } catch (RuntimeException malformed) {
        LOG.debug("{}", malformed.getMessage());
      }
    }
    return Set.of();
  }

  private Set<ObjectKey> edited(Rollout rollout) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    TrafficRouting routing = canary == null ? null : canary.trafficRouting();
    Set<ObjectKey> keys = new LinkedHashSet<>();
    if (routing != null) {
      String namespace = rollout.metadata().namespace();
      if (routing.istio() != null && routing.istio().destinationRule() != null) {
        String name = routing.istio().destinationRule().name();
        keys.add(new ObjectKey(istioVersion, "DestinationRule", namespace, name));
      }
      if (routing.alb() != null) {
        ingresses(routing.alb())
            .forEach(name -> keys.add(new ObjectKey(INGRESS_VERSION, "Ingress", namespace, name)));
      }
    }
    return keys;
  }

  private static Stream<String> ingresses(AlbRouting alb) {
    List<String> several = alb.ingresses() == null ? List.of() : alb.ingresses();
    return Stream.concat(Stream.of(alb.ingress()), several.stream())
        .filter(name -> !name.isEmpty());
  }

  private Check check(ObjectKey key) {
    return key.kind().equals("Ingress") ? () -> ingress(key) : () -> destinationRule(key);
  }

  private void destinationRule(ObjectKey key) throws ApiException {
    JsonObject rule = api.get(key).orElse(null);
    String manager = rule == null ? null : IstioCleanUp.managedBy(rule).orElse(null);
    if (rule == null || manager == null) {
      return;
    }
    write(key, rule, IstioCleanUp.cleanUp(rule, rollout(key.namespace(), manager).orElse(null)));
  }

  private void ingress(ObjectKey key) throws ApiException {
    JsonObject ingress = api.get(key).orElse(null);
    if (ingress == null) {
      return;
    }
    Set<String> referencing = new HashSet<>();
    for (String name : albManagers(ingress)) {
      rollout(key.namespace(), name)
          .filter(it -> edited(it).contains(key))
          .ifPresent(it -> referencing.add(name));
    }
    AlbCleanUp.Result result = AlbCleanUp.cleanUp(ingress, referencing);
    if (result.reason() != null) {
      LOG.info("ingress {}/{} is left: {}", key.namespace(), key.name(), result.reason());
    }
    write(key, ingress, result.ingress());
  }

  private Optional<Rollout> rollout(String namespace, String name) throws ApiException {
    return api.get(new ObjectKey(KubernetesObject.API_VERSION, "Rollout", namespace, name))
        .map(tree -> Wire.decode(Rollout.class, tree.fields()).value());
  }

  private void write(ObjectKey key, JsonObject before, JsonObject after) throws ApiException {
    ObjectMeta meta = ClusterObjects.metadata(before);
    if (!after.equals(before) && meta.deletionTimestamp() == null) {
      api.replace(key, after);
      LOG.info(
          "{} {}/{} is given back: its Rollout is gone, or names it no more",
          key.kind(),
          key.namespace(),
          key.name());
    }
  }
}
