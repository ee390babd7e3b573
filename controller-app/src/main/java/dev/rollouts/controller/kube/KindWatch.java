package dev.rollouts.controller.kube;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one store up to date with the objects of a scope, from the first list until it is stopped,
 * or the server no longer serves or shows the kind. Thread-safe.
 */
final class KindWatch {
  private static final Logger LOG = LoggerFactory.getLogger(KindWatch.class);
  private static final long PAGE = 500;

  private final Scope scope;
  private final Api api;
  private final Store<JsonObject> store = new Store<>(ClusterObjects::metadata);
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final CompletableFuture<Void> known = new CompletableFuture<>();
  private final long madeAt = System.nanoTime();

  /**
   * A watch that has not started.
   *
   * @param ended told, with the reason, when it ends without having been stopped
   */
  KindWatch(
      Scope scope,
      Api api,
      ResourceDefinitionContext kind,
      BiConsumer<KindWatch, Throwable> ended) {
    this.scope = scope;
    this.api = api;
    KubernetesClient client = api.of(scope.apiVersion()).client();
    var all = client.genericKubernetesResources(kind);
    var those =
        scope.namespace().isEmpty() ? all.inAnyNamespace() : all.inNamespace(scope.namespace());
    this.informer = those.withLimit(PAGE).runnableInformer(0);
    informer.removeNamespaceIndex();
    // Objects are kept once, by the store; the informer needs to know only which there were.
    informer.itemStore(
        new ReducedStateItemStore<>(
            ReducedStateItemStore.NAME_KEY_STATE,
            GenericKubernetesResource.class,
            client.getKubernetesSerialization(),
            "metadata.uid"));
    informer.exceptionHandler((started, error) -> goesOn(error));
    informer.addEventHandler(new Handler());
    informer
        .stopped()
        .whenComplete(
            (nothing, why) -> {
              if (why != null) {
                ended.accept(this, cause(why));
              }
            });
  }

  Store<JsonObject> store() {
    return store;
  }

  /** Starts to watch; returns at once. */
  void start() {
    informer
        .start()
        .whenComplete(
            (nothing, why) -> {
              if (why == null) {
                known.complete(null);
              } else {
                known.completeExceptionally(why);
              }
            });
  }

  /**
   * Whether everything that is there is known. Waits for it at first, until {@code limit} has
   * passed since the start, so that a kind that cannot be listed holds up nobody for long.
   */
  boolean isKnown(Duration limit) throws InterruptedException {
    try {
      long left = limit.toNanos() - (System.nanoTime() - madeAt);
      known.get(Math.max(0, left), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException | TimeoutException notYet) {
      return false;
    }
  }

  /** Whether changes are told at this moment; in between it connects again by itself. */
  boolean isConnected() {
    return informer.isWatching();
  }

  void stop() {
    informer.stop();
  }

  private boolean goesOn(Throwable error) {
    if (isAbsent(error) || isForbidden(error)) {
      return false;
    }
    LOG.warn("watching {} is interrupted and goes on: {}", scope, error.toString());
    return true;
  }

  /** Whether the server serves no such kind. */
  static boolean isAbsent(Throwable error) {
    return code(error) == HttpURLConnection.HTTP_NOT_FOUND;
  }

  /** Whether this process may not see objects of the kind. */
  static boolean isForbidden(Throwable error) {
    int code = code(error);
    return code == HttpURLConnection.HTTP_FORBIDDEN || code == HttpURLConnection.HTTP_BAD_METHOD;
  }

  private static int code(@Nullable Throwable error) {
    for (Throwable each = error; each != null; each = each.getCause()) {
      if (each instanceof KubernetesClientException refused) {
        return refused.getCode();
      }
      if (each instanceof WatcherException closed && closed.asClientException() != null) {
        return closed.asClientException().getCode();
      }
    }
    return 0;
  }

  private static Throwable cause(Throwable why) {
    return why instanceof CompletionException && why.getCause() != null ? why.getCause() : why;
  }

  /** An object as it is kept. Elements of lists do not say what they are. */
  JsonObject kept(JsonObject tree) {
    JsonObject pruned = scope.isOfWorkloads() ? Pruning.workload(tree) : tree;
    if (scope.kind().equals(tree.at("kind")) && scope.apiVersion().equals(tree.at("apiVersion"))) {
      return pruned;
    }
    Map<String, @Nullable Object> named = new LinkedHashMap<>(pruned.fields());
    named.put("apiVersion", scope.apiVersion());
    named.put("kind", scope.kind());
    return JsonObject.of(named);
  }

  private final class Handler implements ResourceEventHandler<GenericKubernetesResource> {
    @Override
    public void onAdd(GenericKubernetesResource object) {
      store.put(kept(api.tree(object)));
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource after) {
      store.put(kept(api.tree(after)));
    }

    @Override
    public void onDelete(GenericKubernetesResource object, boolean finalStateUnknown) {
      store.remove(kept(api.tree(object)));
    }
  }
}
