package dev.rollouts.controller.rollout;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.References;
import dev.rollouts.controller.kube.Store;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.Optional;
import java.util.Set;

/**
 * Objects that a rollout names and that no watch has told of yet. Each kind has a watch of its own,
 * so a rollout may be seen before the Service that was created a moment earlier; before it is
 * called invalid for that, the server is asked. Thread-safe.
 */
final class LateObjects {
  private final Api api;
  private final Stores stores;
  private final References references;

  LateObjects(Api api, Stores stores, References references) {
    this.api = api;
    this.stores = stores;
    this.references = references;
  }

  /** Asks for all that a rollout looked at and did not find; whether any of it is there. */
  boolean arrive(ObjectMeta rollout) throws ApiException {
    boolean news = false;
    for (ObjectKey key : Set.copyOf(references.of(rollout))) {
      news |= !key.isAll() && arrives(key);
    }
    return news;
  }

  private boolean arrives(ObjectKey key) throws ApiException {
    return switch (key.kind()) {
      case "AnalysisTemplate" ->
          arrives(
              key,
              stores.templates(),
              tree -> Wire.decode(AnalysisTemplate.class, tree.fields()).value());
      case "ClusterAnalysisTemplate" ->
          arrives(
              key,
              stores.clusterTemplates(),
              tree -> Wire.decode(ClusterAnalysisTemplate.class, tree.fields()).value());
      default -> {
        Optional<Store<JsonObject>> watched = stores.of(key);
        yield watched.isPresent() && arrives(key, watched.get(), tree -> tree);
      }
    };
  }

  private <T> boolean arrives(
      ObjectKey key, Store<T> store, java.util.function.Function<JsonObject, T> read)
      throws ApiException {
    if (store.get(key.namespace(), key.name()).isPresent()) {
      return false;
    }
    Optional<JsonObject> live = api.get(key);
    return live.isPresent() && store.put(read.apply(live.get()));
  }
}
