package dev.rollouts.controller.services;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of Services whose rollout is gone or names them no more: the hash goes from the
 * selector, so that all pods of the Service's own selector get requests again. Before that the
 * rollout is read directly, since a controller with another instance id may look after it. A
 * Service that does not say who manages it is left alone. Thread-safe.
 */
public final class ServiceCleanUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceCleanUp.class);
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final Api api;
  private final Stores stores;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "rollouts-services");
            made.setDaemon(true);
            return made;
          });
  private volatile boolean leading;

  /** Looks at these stores. */
  public ServiceCleanUp(Api api, Stores stores) {
    this.api = api;
    this.stores = stores;
  }

  /** From now on this process acts; looks at all Services once. */
  public void lead() {
    leading = true;
    stores.services().all().forEach(each -> look(ClusterObjects.metadata(each)));
  }

  /** A Service has changed. */
  public void serviceChanged(@Nullable JsonObject before, @Nullable JsonObject after) {
    if (after != null) {
      look(ClusterObjects.metadata(after));
    }
  }

  /** A rollout has changed, or is gone. */
  public void rolloutChanged(@Nullable Rollout before, @Nullable Rollout after) {
    if (before == null || (after != null && before.spec().equals(after.spec()))) {
      return;
    }
    for (String name : serviceNames(before)) {
      if (after == null || !serviceNames(after).contains(name)) {
        stores
            .services()
            .get(before.metadata().namespace(), name)
            .ifPresent(it -> look(ClusterObjects.metadata(it)));
      }
    }
  }

  private void look(ObjectMeta service) {
    if (leading && service.annotations().containsKey(RolloutKeys.MANAGED_BY)) {
      thread.execute(() -> check(service.namespace(), service.name()));
    }
  }

  private void check(String namespace, String name) {
    try {
      Optional<JsonObject> found = stores.services().get(namespace, name);
      if (found.isPresent()) {
        check(found.get(), ClusterObjects.metadata(found.get()));
      }
    } catch (ApiException | RuntimeException e) {
      LOG.info("service {}/{} is looked at again: {}", namespace, name, e.getMessage());
      CompletableFuture.delayedExecutor(RETRY.toMillis(), TimeUnit.MILLISECONDS, thread)
          .execute(() -> check(namespace, name));
    }
  }

  private void check(JsonObject service, ObjectMeta meta) throws ApiException {
    String manager = meta.annotations().get(RolloutKeys.MANAGED_BY);
    if (manager == null
        || meta.deletionTimestamp() != null
        || names(stores.rollouts().get(meta.namespace(), manager), meta.name())) {
      return;
    }
    ObjectKey rollout =
        new ObjectKey(KubernetesObject.API_VERSION, "Rollout", meta.namespace(), manager);
    Optional<Rollout> live =
        api.get(rollout).map(tree -> Wire.decode(Rollout.class, tree.fields()).value());
    if (names(live, meta.name())) {
      return;
    }
    Map<String, @Nullable Object> annotations = new LinkedHashMap<>();
    annotations.put(RolloutKeys.MANAGED_BY, null);
    Map<String, @Nullable Object> patch = new LinkedHashMap<>();
    patch.put("metadata", Map.of("annotations", annotations));
    if (service.at("spec", "selector", RolloutKeys.POD_TEMPLATE_HASH) != null) {
      Map<String, @Nullable Object> selector = new LinkedHashMap<>();
      selector.put(RolloutKeys.POD_TEMPLATE_HASH, null);
      patch.put("spec", Map.of("selector", selector));
    }
    stores.services().put(api.patch(ObjectKey.service(meta.namespace(), meta.name()), "", patch));
    LOG.info(
        "service {}/{} is no more managed: rollout {} does not name it",
        meta.namespace(),
        meta.name(),
        manager);
  }

  private static boolean names(Optional<Rollout> rollout, String service) {
    return rollout.map(it -> serviceNames(it).contains(service)).orElse(false);
  }

  private static java.util.Set<String> serviceNames(Rollout rollout) {
    java.util.Set<String> names = new java.util.LinkedHashSet<>();
    CanaryStrategy canary = rollout.spec().strategy().canary();
    if (canary != null) {
      names.add(canary.canaryService());
      names.add(canary.stableService());
      if (canary.pingPong() != null) {
        names.add(canary.pingPong().pingService());
        names.add(canary.pingPong().pongService());
      }
    }
    BlueGreenStrategy blueGreen = rollout.spec().strategy().blueGreen();
    if (blueGreen != null) {
      names.add(blueGreen.activeService());
      names.add(blueGreen.previewService());
    }
    return names;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
