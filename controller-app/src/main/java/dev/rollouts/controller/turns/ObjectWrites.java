package dev.rollouts.controller.turns;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.kube.Watches;
import dev.rollouts.controller.leftovers.ScaledDownWorkloads;
import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import dev.rollouts.engine.cluster.ObjectKey;

/**
 * Writes objects of routers, Ingresses and workloads. What the server answers is known at once, and
 * when it refuses because something else is there than was decided on, that is read directly.
 */
final class ObjectWrites {
  private final Api api;
  private final Stores stores;
  private final Watches watches;

  ObjectWrites(Api api, Stores stores, Watches watches) {
    this.api = api;
    this.stores = stores;
    this.watches = watches;
  }

  void create(ObjectKey key, JsonObject tree) throws ApiException {
    try {
      keep(key, api.create(key, tree));
    } catch (ApiException e) {
      if (e.refusal() == Refusal.ALREADY_EXISTS) {
        look(key);
      }
      throw e;
    }
  }

  void replace(ObjectKey key, JsonObject tree) throws ApiException {
    try {
      keep(key, api.replace(key, tree));
    } catch (ApiException e) {
      if (e.refusal() == Refusal.CONFLICT || e.refusal() == Refusal.NOT_FOUND) {
        look(key);
      }
      throw e;
    }
  }

  void scaleDeployment(ObjectKey key, int replicas) throws ApiException {
    JsonObject known = watches.known(key).orElse(null);
    keep(key, api.patch(key, "", ScaledDownWorkloads.scale(known, replicas)));
  }

  void delete(ObjectKey key) throws ApiException {
    api.delete(key, "");
    gone(key);
  }

  private void keep(ObjectKey key, JsonObject tree) {
    stores.of(key).ifPresentOrElse(store -> store.put(tree), () -> watches.keep(key, tree));
  }

  /** What is not watched is read in each turn anyway. */
  private void look(ObjectKey key) throws ApiException {
    if (stores.of(key).isPresent() || watches.isWatched(key)) {
      api.get(key).ifPresentOrElse(it -> keep(key, it), () -> gone(key));
    }
  }

  private void gone(ObjectKey key) {
    stores
        .of(key)
        .ifPresentOrElse(
            store -> store.get(key.namespace(), key.name()).ifPresent(store::remove),
            () -> watches.gone(key));
  }
}
