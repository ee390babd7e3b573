package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.Controller;
import dev.rollouts.controller.RouterDefinitions;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.TestCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Objects that nobody should write, thrown at a running controller: it stays up, says of each what
 * is wrong with it, and goes on with the others. {@code -Dfuzz.count=N} throws more, {@code
 * -Dfuzz.seed=S} starts elsewhere.
 */
@Tag("it")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class HostileObjectsTest {
  private static final int COUNT = Integer.getInteger("fuzz.count", 1000);
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int LANES = 6;
  private static final long LOOKED_AT_SECONDS = Integer.getInteger("fuzz.patience", 60);

  /** Kinds that the controller says something about. */
  private static final Set<String> JUDGED = Set.of("Rollout", "Experiment", "AnalysisRun");

  private final TestCluster cluster = TestCluster.shared();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger complained = new AtomicInteger();

  @Test
  @DisplayName("R-510, O-007 Whatever is in an object, it is judged, and others go on")
  void mutatedObjects() throws InterruptedException, ExecutionException {
    Mutations mutations = new Mutations();
    RouterDefinitions.install(cluster.client());
    AtomicLong next = new AtomicLong(SEED);
    ExecutorService lanes = Executors.newFixedThreadPool(LANES);
    try (LogRecords log = new LogRecords();
        Controller controller =
            Controllers.start(
                "", cluster.controlPlane().kubeconfigFor("controller", "system:masters"))) {
      assertThat(controller).isNotNull();
      List<Future<List<String>>> ends = new ArrayList<>();
      for (int lane = 0; lane < LANES; lane++) {
        ends.add(lanes.submit(() -> lane(mutations, next)));
      }
      boolean more = true;
      while (more) { // a neighbour is updated as long as it rains
        more = ends.stream().anyMatch(each -> !each.isDone());
        neighbour();
      }
      List<String> silent = new ArrayList<>();
      for (Future<List<String>> end : ends) {
        silent.addAll(end.get());
      }
      assertThat(silent).as("nothing was said about these").isEmpty();
      assertThat(log.errors()).as("turns that broke").isEmpty();
    } finally {
      lanes.shutdownNow();
    }
    if (COUNT >= 200) {
      assertThat(accepted.get()).as("accepted by the server").isGreaterThan(COUNT / 10);
      assertThat(complained.get()).as("wrong, says the status").isGreaterThan(COUNT / 20);
    }
  }

  private static void neighbour() throws InterruptedException {
    ScenarioFile scenario = ScenarioFile.of("canary-promoted");
    try (Life life = new Life(scenario)) {
      life.begin();
      life.awaitEnd(Ending.of(scenario.simulated()), Optional.empty());
    }
  }

  /** Throws objects until there are no more; those that nothing was said about. */
  private List<String> lane(Mutations mutations, AtomicLong next) throws InterruptedException {
    List<String> silent = new ArrayList<>();
    String namespace = cluster.namespace();
    forbidPods(namespace);
    Config config =
        Config.fromKubeconfig(cluster.controlPlane().kubeconfigFor("fuzz", "system:masters"));
    config.setRequestRetryBackoffLimit(0); // what the server cannot read it calls its own error
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      rain(new Api(client), namespace, mutations, next, silent);
    }
    cluster.client().namespaces().withName(namespace).delete();
    return silent;
  }

  private void rain(
      Api api, String namespace, Mutations mutations, AtomicLong next, List<String> silent)
      throws InterruptedException {
    for (long seed = next.getAndIncrement(); seed < SEED + COUNT; seed = next.getAndIncrement()) {
      List<ObjectKey> made = new ArrayList<>();
      for (Map<String, @Nullable Object> tree : mutations.of(seed)) {
        create(api, namespace, tree).ifPresent(made::add);
      }
      for (ObjectKey each : made) {
        if (JUDGED.contains(each.kind()) && !isJudged(api, each)) {
          silent.add(
              "%s, replay with -Dfuzz.count=1 -Dfuzz.seed=%d: %s"
                  .formatted(each.kind(), seed, mutations.of(seed)));
        }
      }
      for (ObjectKey each : made) {
        try {
          api.delete(each, "");
        } catch (ApiException gone) {
          // It goes with its namespace.
        }
      }
    }
  }

  /** What the objects say of sizes shall not keep the machine busy. */
  private void forbidPods(String namespace) {
    cluster
        .client()
        .resource(
            """
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: none, namespace: %s}
            spec: {hard: {pods: "0"}}
            """
                .formatted(namespace))
        .create();
  }

  private Optional<ObjectKey> create(
      Api api, String namespace, Map<String, @Nullable Object> tree) {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    if (tree.get("metadata") instanceof Map<?, ?> own) {
      metadata.putAll(Mutations.fields(own));
    }
    metadata.put("namespace", namespace);
    Map<String, @Nullable Object> placed = new LinkedHashMap<>(tree);
    placed.put("metadata", metadata);
    if ("ClusterAnalysisTemplate".equals(tree.get("kind"))) {
      metadata.remove("namespace");
    }
    try {
      ObjectKey key =
          new ObjectKey(
              String.valueOf(tree.get("apiVersion")),
              String.valueOf(tree.get("kind")),
              String.valueOf(metadata.getOrDefault("namespace", "")),
              String.valueOf(metadata.get("name")));
      JsonObject stored = api.create(key, JsonObject.of(placed));
      accepted.incrementAndGet();
      return Optional.of(
          new ObjectKey(
              key.apiVersion(),
              key.kind(),
              key.namespace(),
              ClusterObjects.metadata(stored).name()));
    } catch (ApiException | RuntimeException refused) {
      return Optional.empty(); // by the server: it never gets to the controller
    }
  }

  private boolean isJudged(Api api, ObjectKey key) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOOKED_AT_SECONDS);
    while (System.nanoTime() < end) {
      try {
        Optional<JsonObject> live = api.get(key);
        if (live.isEmpty()) {
          return true; // it was to be deleted after its end
        }
        Object phase = live.get().at("status", "phase");
        if (phase != null && !phase.equals("")) {
          String text = String.valueOf(live.get().at("status"));
          if (text.contains("Invalid") || text.contains("Error") || text.contains("Degraded")) {
            complained.incrementAndGet();
          }
          return true;
        }
      } catch (ApiException later) {
        // Asked again.
      }
      Thread.sleep(30);
    }
    return false;
  }
}
