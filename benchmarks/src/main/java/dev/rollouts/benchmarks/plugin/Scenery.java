package dev.rollouts.benchmarks.plugin;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Rollouts that nobody controls, with ReplicaSets, pods and runs, in one namespace. */
final class Scenery implements AutoCloseable {
  private static final int WRITERS = 8;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final KubernetesClient client;
  private final String namespace;
  private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
  private final List<Future<?>> begun = new ArrayList<>();

  Scenery(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** A paused canary. */
  private GenericKubernetesResource rollout(String name, int replicas) {
    GenericKubernetesResource rollout =
        create(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: %1$s}
            spec:
              replicas: %2$d
              selector: {matchLabels: {app: %1$s}}
              template:
                metadata: {labels: {app: %1$s}}
                spec: {containers: [{name: web, image: "registry.example/web:1"}]}
              strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}, {setWeight: 60}, {pause: {}}]}}
            """
                .formatted(name, replicas));
    client
        .genericKubernetesResources("argoproj.io/v1alpha1", "Rollout")
        .inNamespace(namespace)
        .withName(name)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"status":{"observedGeneration":"1","phase":"Paused","message":"CanaryPauseStep",
            "currentStepIndex":1,"stableRS":"h1","currentPodHash":"h2","controllerPause":true,
            "pauseConditions":[{"reason":"CanaryPauseStep","startTime":"2026-01-01T00:00:00Z"}],
            "replicas":%1$d,"readyReplicas":%1$d,"availableReplicas":%1$d,"updatedReplicas":1}}\
            """
                .formatted(replicas));
    return rollout;
  }

  /** A rollout with so many revisions of so many pods each, and runs. */
  void tree(String name, int revisions, int pods, int runs) {
    GenericKubernetesResource rollout = rollout(name, revisions * pods);
    String owner =
        "ownerReferences: [{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: %s, uid: %s, controller: true}]"
            .formatted(name, rollout.getMetadata().getUid());
    for (int i = 1; i <= revisions; i++) {
      String set =
          """
          apiVersion: apps/v1
          kind: ReplicaSet
          metadata:
            name: %1$s-h%2$d
            labels: {app: %1$s, rollouts-pod-template-hash: h%2$d}
            annotations: {rollout.argoproj.io/revision: "%2$d"}
            %3$s
          spec:
            replicas: %4$d
            selector: {matchLabels: {app: %1$s, rollouts-pod-template-hash: h%2$d}}
            template:
              metadata: {labels: {app: %1$s, rollouts-pod-template-hash: h%2$d}}
              spec: {containers: [{name: web, image: "registry.example/web:%2$d"}]}
          """
              .formatted(name, i, owner, pods);
      begun.add(writers.submit(() -> create(set)));
    }
    for (int i = 1; i <= runs; i++) {
      String run =
          """
          apiVersion: argoproj.io/v1alpha1
          kind: AnalysisRun
          metadata: {name: %s-%d, annotations: {rollout.argoproj.io/revision: "%d"}, %s}
          spec: {metrics: [{name: m, provider: {web: {url: "http://nowhere"}}}]}
          status: {phase: Successful, metricResults: [{name: m, phase: Successful, count: 5, successful: 5}]}
          """
              .formatted(name, i, i % revisions + 1, owner);
      begun.add(writers.submit(() -> create(run)));
    }
  }

  /** Rollouts without anything below them. */
  void bare(String prefix, int count) {
    for (int i = 0; i < count; i++) {
      String name = prefix + "-" + i;
      begun.add(writers.submit(() -> rollout(name, 1)));
    }
  }

  /** Waits for all that was begun, and for the pods to be ready. */
  void await(int pods) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    for (Future<?> each : begun) {
      try {
        each.get();
      } catch (ExecutionException failed) {
        throw new IllegalStateException("an object could not be made", failed.getCause());
      }
    }
    begun.clear();
    while (ready() < pods) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("%d of %d pods are ready".formatted(ready(), pods));
      }
      Thread.sleep(500);
    }
  }

  private long ready() {
    return client.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> pod.getStatus() != null && "Running".equals(pod.getStatus().getPhase()))
        .count();
  }

  /** Lets a rollout look as if it went on, several times a second. */
  void stir(String name, Duration span) throws InterruptedException {
    long end = System.nanoTime() + span.toNanos();
    for (int i = 0; System.nanoTime() < end; i++) {
      client
          .genericKubernetesResources("argoproj.io/v1alpha1", "Rollout")
          .inNamespace(namespace)
          .withName(name)
          .subresource("status")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"status\":{\"updatedReplicas\":%d,\"message\":\"%d\"}}".formatted(i % 25, i));
      Thread.sleep(200);
    }
  }

  private GenericKubernetesResource create(String yaml) {
    return client
        .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
        .inNamespace(namespace)
        .create();
  }

  @Override
  public void close() {
    writers.shutdownNow();
  }
}
