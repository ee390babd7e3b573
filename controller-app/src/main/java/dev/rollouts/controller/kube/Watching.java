package dev.rollouts.controller.kube;

import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps stores of secondary objects up to date by watching. Not thread-safe. */
public final class Watching implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watching.class);
  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final String namespace;
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

  /**
   * Watches through this client.
   *
   * @param namespace the only one that is watched; empty for all
   */
  public Watching(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * Watches a kind.
   *
   * @param selector label selector; empty for all
   */
  public <T, M extends ModelObject<T>> void watch(Class<M> kind, String selector, Store<T> store) {
    MixedOperation<M, KubernetesResourceList<M>, Resource<M>> all = client.resources(kind);
    boolean namespaced = io.fabric8.kubernetes.api.model.Namespaced.class.isAssignableFrom(kind);
    FilterWatchListDeletable<M, KubernetesResourceList<M>, Resource<M>> those =
        namespaced && !namespace.isEmpty() ? all.inNamespace(namespace) : all.inAnyNamespace();
    if (!selector.isEmpty()) {
      those = those.withLabelSelector(selector);
    }
    SharedIndexInformer<M> informer = those.withLimit(PAGE).runnableInformer(0);
    informer.removeNamespaceIndex();
    informer.exceptionHandler(
        (started, error) -> {
          LOG.warn(
              "watching {} is interrupted and goes on: {}", kind.getSimpleName(), error.toString());
          return true;
        });
    informer.addEventHandler(new Handler<>(store));
    informers.add(informer);
  }

  /**
   * Starts all watches and waits for what is there.
   *
   * @throws TimeoutException when that takes longer than {@code limit}
   */
  public void start(Duration limit) throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + limit.toNanos();
    var starting = informers.stream().map(SharedIndexInformer::start).toList();
    for (var each : starting) {
      try {
        each.toCompletableFuture().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        throw new IllegalStateException("a watch could not be started", e.getCause());
      }
    }
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
  }

  private record Handler<T, M extends ModelObject<T>>(Store<T> store)
      implements ResourceEventHandler<M> {
    @Override
    public void onAdd(M object) {
      object.putInto(store);
    }

    @Override
    public void onUpdate(M before, M after) {
      after.putInto(store);
    }

    @Override
    public void onDelete(M object, boolean finalStateUnknown) {
      store.remove(object.value());
    }
  }
}
