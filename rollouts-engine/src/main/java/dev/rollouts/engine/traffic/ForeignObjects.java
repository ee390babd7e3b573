package dev.rollouts.engine.traffic;

import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Objects of other namespaces that a rollout names. Who may edit a rollout need not have any rights
 * there, and the controller has; so such an object is used only if it says that rollouts of this
 * namespace may change it, or if the operator lets all. Pure and thread-safe. Spec:
 * docs/spec/traffic-routing.md#other-namespaces.
 */
public final class ForeignObjects {
  /** Annotation: namespaces of the rollouts that may change an object, with commas between. */
  public static final String ALLOWED = "rollouts.argoproj.io/allow-rollouts-from";

  private ForeignObjects() {}

  /**
   * Why a rollout may not have an object changed; empty when it may. The same is said of an object
   * that does not exist, so that nobody learns what there is.
   *
   * @param namespace of the rollout
   */
  public static Optional<String> refusal(
      ObjectKey key, String namespace, ClusterObjects objects, RouterSettings settings) {
    boolean own = key.namespace().isEmpty() || key.namespace().equals(namespace);
    return own || key.isAll() || settings.crossNamespace() || isAllowed(key, namespace, objects)
        ? Optional.empty()
        : Optional.of(
            "%s `%s/%s` is in another namespace, and does not say that Rollouts of `%s` may change it: annotate it with \"%s: %s\", or have the controller started with --allow-cross-namespace-routes"
                .formatted(key.kind(), key.namespace(), key.name(), namespace, ALLOWED, namespace));
  }

  private static boolean isAllowed(ObjectKey key, String namespace, ClusterObjects objects) {
    Object allowed =
        objects.find(key).map(tree -> tree.at("metadata", "annotations", ALLOWED)).orElse(null);
    return allowed instanceof String names
        && Arrays.stream(names.split(",")).map(String::strip).anyMatch(namespace::equals);
  }

  /** What a router has to write, unless it is about objects that it may not use. */
  static RoutingPlan guarded(RoutingRequest request, RoutingPlan plan) {
    for (ClusterEffect effect : plan.effects()) {
      ObjectKey written = written(effect);
      Optional<String> refusal = written == null ? Optional.empty() : refusal(written, request);
      if (refusal.isPresent()) {
        return RoutingPlan.failedAtWeight(List.of(), refusal.get());
      }
    }
    return plan;
  }

  /** Why a router may not use what the rollout names; empty when it may. */
  static Optional<String> refusal(TrafficRouter router, RoutingRequest request) {
    return router.reads(request.rollout(), request.objects(), request.settings()).stream()
        .flatMap(key -> refusal(key, request).stream())
        .findFirst();
  }

  private static Optional<String> refusal(ObjectKey key, RoutingRequest request) {
    return refusal(key, request.namespace(), request.objects(), request.settings());
  }

  private static @Nullable ObjectKey written(ClusterEffect effect) {
    if (effect instanceof ClusterEffect.CreateObject create) {
      return create.key();
    }
    if (effect instanceof ClusterEffect.UpdateObject update) {
      return update.key();
    }
    return effect instanceof ClusterEffect.DeleteObject delete ? delete.key() : null;
  }
}
