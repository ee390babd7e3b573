package dev.rollouts.benchmarks.controller;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Rollouts that are all alike, in a namespace, and how far each has got. Thread-safe. */
final class Fleet implements AutoCloseable {
  private static final ResourceDefinitionContext ROLLOUTS =
      new ResourceDefinitionContext.Builder()
          .withGroup("argoproj.io")
          .withVersion("v1alpha1")
          .withKind("Rollout")
          .withPlural("rollouts")
          .withNamespaced(true)
          .build();
  private static final int WRITERS = 8;
  private static final long POLL_MILLIS = 20;

  private final KubernetesClient client;
  private final String namespace;
  private final Map<String, GenericKubernetesResource> known = new ConcurrentHashMap<>();
  private final Map<String, Long> written = new ConcurrentHashMap<>();
  private final Set<String> updating = ConcurrentHashMap.newKeySet();
  private final List<Long> toReplicaSet = Collections.synchronizedList(new ArrayList<>());
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
  private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);

  Fleet(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    informers.add(
        client
            .genericKubernetesResources(ROLLOUTS)
            .inNamespace(namespace)
            .inform(
                new Changes<>() {
                  @Override
                  public void onAdd(GenericKubernetesResource rollout) {
                    known.put(rollout.getMetadata().getName(), rollout);
                  }
                }));
    informers.add(
        client
            .apps()
            .replicaSets()
            .inNamespace(namespace)
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(ReplicaSet set) {
                    madeReplicaSet(set);
                  }

                  @Override
                  public void onUpdate(ReplicaSet before, ReplicaSet after) {}

                  @Override
                  public void onDelete(ReplicaSet set, boolean unknown) {}
                }));
  }

  /** What is new is all that counts. */
  private abstract static class Changes<T> implements ResourceEventHandler<T> {
    @Override
    public void onUpdate(T before, T after) {
      onAdd(after);
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {}
  }

  private void madeReplicaSet(ReplicaSet set) {
    for (var owner : set.getMetadata().getOwnerReferences()) {
      if (updating.remove(owner.getName())) {
        toReplicaSet.add(System.nanoTime() - written.getOrDefault(owner.getName(), 0L));
      }
    }
  }

  /** Makes rollouts number {@code from} to {@code to}, that one excluded. */
  void create(int from, int to, int replicas) throws InterruptedException {
    onEach(
        from,
        to,
        name ->
            client
                .genericKubernetesResources(ROLLOUTS)
                .inNamespace(namespace)
                .resource(
                    Serialization.unmarshal(
                        manifest(name, replicas), GenericKubernetesResource.class))
                .create());
  }

  /** Gives all of them another image. */
  void update(int count, String image) throws InterruptedException {
    toReplicaSet.clear();
    String patch =
        """
        {"spec":{"template":{"spec":{"containers":[{"name":"web","image":"%s"}]}}}}"""
            .formatted(image);
    onEach(
        0,
        count,
        name -> {
          written.put(name, System.nanoTime());
          updating.add(name);
          known.put(
              name, Serialization.unmarshal(patch(name, patch), GenericKubernetesResource.class));
        });
  }

  /** One request; the client library would read the object first. */
  private String patch(String name, String patch) {
    URI rollout =
        URI.create(client.getMasterUrl().toString())
            .resolve(
                "/apis/argoproj.io/v1alpha1/namespaces/%s/rollouts/%s".formatted(namespace, name));
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(rollout)
            .method("PATCH", "application/merge-patch+json", patch)
            .build();
    HttpResponse<String> response = client.getHttpClient().sendAsync(request, String.class).join();
    if (!response.isSuccessful()) {
      throw new IllegalStateException(
          "%s: %d %s".formatted(rollout, response.code(), response.body()));
    }
    return response.body();
  }

  /**
   * Writes labels that nobody looks at, so there is nothing to do; an annotation would go to the
   * ReplicaSet.
   *
   * @param from number of the first write; each goes to the next rollout of {@code count}
   */
  void touch(int from, int times, int count) throws InterruptedException {
    List<Future<?>> all = new ArrayList<>();
    for (int i = from; i < from + times; i++) {
      String name = name(i % count);
      String labels = "{\"metadata\":{\"labels\":{\"example.com/touched\":\"%d\"}}}".formatted(i);
      all.add(writers.submit(() -> patch(name, labels)));
    }
    await(all);
  }

  private interface Write {
    void to(String name);
  }

  private void onEach(int from, int to, Write write) throws InterruptedException {
    List<Future<?>> all = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String name = name(i);
      all.add(writers.submit(() -> write.to(name)));
    }
    await(all);
  }

  private static void await(List<Future<?>> writes) throws InterruptedException {
    for (Future<?> each : writes) {
      try {
        each.get();
      } catch (ExecutionException failed) {
        throw new IllegalStateException("a rollout could not be written", failed.getCause());
      }
    }
  }

  /** The name of number {@code i}. */
  static String name(int i) {
    return "shop-" + i;
  }

  /** Whether a controller has looked at a rollout. */
  boolean isObserved(String name) {
    GenericKubernetesResource rollout = known.get(name);
    return rollout != null && rollout.get("status", "observedGeneration") != null;
  }

  /** Waits until the first {@code count} are Healthy on their newest template. */
  void awaitHealthy(int count, Duration limit, Runnable check) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (int i = 0; i < count; ) {
      if (isHealthy(known.get(name(i)))) {
        i++;
        continue;
      }
      check.run();
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "%s is not Healthy after %s: %s".formatted(name(i), limit, known.get(name(i))));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean isHealthy(@Nullable GenericKubernetesResource rollout) {
    return rollout != null
        && "Healthy".equals(rollout.get("status", "phase"))
        && String.valueOf(rollout.getMetadata().getGeneration())
            .equals(rollout.get("status", "observedGeneration"));
  }

  /** Seconds from the write of a spec to the sight of its ReplicaSet: the median of all. */
  double medianToReplicaSet() {
    List<Long> sorted = toReplicaSet.stream().sorted().toList();
    return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2) / 1e9;
  }

  private static String manifest(String name, int replicas) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: %1$s}
        spec:
          replicas: %2$d
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              terminationGracePeriodSeconds: 0
              containers: [{name: web, image: "registry.example/shop:1"}]
          strategy:
            canary:
              steps:
              - setWeight: 20
              - pause: {duration: 1s}
              - setWeight: 60
              - pause: {duration: 1s}
        """
        .formatted(name, replicas);
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
    writers.shutdownNow();
  }
}
