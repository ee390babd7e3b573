package dev.rollouts.controller.kube;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Objects that somebody names and that no watch has told of yet. Each kind has a watch of its own,
 * and the first list of one may come from the server's cache: so a rollout may be seen before the
 * Service that was created a moment earlier. Before anything is condemned for the want of one, the
 * server is asked. Thread-safe.
 */
public final class LateObjects {
  private final Api api;
  private final Stores stores;
  private final Watches watches;
  private final @Nullable String instanceId;
  private final boolean clusterScope;

  /**
   * Objects that this process looks at, which are those that its watches will tell of.
   *
   * @param instanceId that templates and runs bear; empty for those without (O-040)
   * @param clusterScope whether cluster-scoped templates are looked at (O-042)
   */
  public LateObjects(
      Api api, Stores stores, Watches watches, String instanceId, boolean clusterScope) {
    this.api = api;
    this.stores = stores;
    this.watches = watches;
    this.instanceId = instanceId.isEmpty() ? null : instanceId;
    this.clusterScope = clusterScope;
  }

  /** Asks for those of these that are not known; whether any of them is there. */
  public boolean arrive(Collection<ObjectKey> named) throws ApiException {
    boolean news = false;
    for (ObjectKey key : Set.copyOf(named)) {
      news |= !key.isAll() && arrives(key);
    }
    return news;
  }

  private boolean arrives(ObjectKey key) throws ApiException {
    return switch (key.kind()) {
      case "AnalysisTemplate" -> arrives(key, stores.templates(), AnalysisTemplate.class);
      case "ClusterAnalysisTemplate" ->
          clusterScope && arrives(key, stores.clusterTemplates(), ClusterAnalysisTemplate.class);
      case "AnalysisRun" -> arrives(key, stores.analysisRuns(), AnalysisRun.class);
      default -> {
        Optional<Store<JsonObject>> watched = stores.of(key);
        yield watched.isPresent()
            ? arrives(key, watched.get(), tree -> true, tree -> tree)
            : watches.arrives(key);
      }
    };
  }

  private <T extends Record> boolean arrives(ObjectKey key, Store<T> store, Class<T> type)
      throws ApiException {
    return arrives(key, store, this::isOurs, tree -> Wire.decode(type, tree.fields()).value());
  }

  private boolean isOurs(JsonObject tree) {
    return Objects.equals(
        ClusterObjects.metadata(tree).labels().get(RolloutKeys.INSTANCE_ID), instanceId);
  }

  private <T> boolean arrives(
      ObjectKey key, Store<T> store, Predicate<JsonObject> counts, Function<JsonObject, T> read)
      throws ApiException {
    if (store.get(key.namespace(), key.name()).isPresent()) {
      return false;
    }
    Optional<JsonObject> live = api.get(key).filter(counts);
    return live.isPresent() && store.put(read.apply(live.get()));
  }
}
