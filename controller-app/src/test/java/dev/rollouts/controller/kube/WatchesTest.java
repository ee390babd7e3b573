package dev.rollouts.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.RouterDefinitions;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.TestCluster;
import dev.rollouts.testcluster.proxy.FaultProxy;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Watches on demand, on a real API server. */
@Tag("it")
class WatchesTest {
  private static final Duration FAST = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofHours(1);

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.namespace();
  private final Api api = new Api(cluster.client());
  private final References references = new References();
  private final BlockingQueue<ObjectKey> changes = new LinkedBlockingQueue<>();
  private final ObjectMeta rollout = ObjectMeta.named("web").inNamespace(namespace);

  @AfterEach
  void end() {
    cluster.client().namespaces().withName(namespace).delete();
  }

  private Watches watches(Api through) {
    return new Watches(
        through, references, "", (key, now) -> changes.add(key), FAST, Duration.ofMillis(500));
  }

  private ObjectKey deployment(String name) {
    return new ObjectKey("apps/v1", "Deployment", namespace, name);
  }

  private JsonObject tree(String name, int replicas) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", "apps/v1");
    tree.put("kind", "Deployment");
    tree.put(
        "metadata",
        Map.of(
            "name",
            name,
            "annotations",
            Map.of("kubectl.kubernetes.io/last-applied-configuration", "long", "team", "shop")));
    tree.put(
        "spec",
        Map.of(
            "replicas",
            replicas,
            "selector",
            Map.of("matchLabels", Map.of("app", name)),
            "template",
            Map.of(
                "metadata",
                Map.of("labels", Map.of("app", name)),
                "spec",
                Map.of("containers", List.of(Map.of("name", "c", "image", "c:1"))))));
    return JsonObject.of(tree);
  }

  private void awaitChange(ObjectKey key) throws InterruptedException {
    ObjectKey next = changes.poll(90, TimeUnit.SECONDS);
    while (next != null && !next.equals(key)) {
      next = changes.poll(90, TimeUnit.SECONDS);
    }
    assertThat(next).isEqualTo(key);
  }

  private static void await(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(50);
    }
  }

  @Test
  @DisplayName(
      "T-009, R-312 One watch for the workloads of a namespace: kept small, read from, told of, and stopped when nobody refers to one")
  void watchesWhileReferred() throws Exception {
    api.create(deployment("a"), tree("a", 0));
    try (Watches watches = watches(api)) {
      references.also(rollout, deployment("a"));
      Store<JsonObject> store = watches.of(deployment("a")).orElseThrow();
      // The first list comes from the server's cache, which may be late; the watch tells the rest.
      await(() -> store.get(namespace, "a").isPresent());
      JsonObject known = store.get(namespace, "a").orElseThrow();
      assertThat(known.at("kind")).isEqualTo("Deployment");
      assertThat(known.at("status")).isNull();
      assertThat(known.at("metadata", "managedFields")).isNull();
      assertThat(known.at("metadata", "annotations", "team")).isEqualTo("shop");
      assertThat(
              known.at(
                  "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"))
          .isNull();
      assertThat(watches.of(deployment("b")).orElseThrow().get(namespace, "b")).isEmpty();
      assertThat(watches.count()).isEqualTo(1);

      changes.clear();
      api.create(deployment("b"), tree("b", 0));
      awaitChange(deployment("b"));
      api.patch(deployment("a"), "", Map.of("spec", Map.of("paused", true)));
      awaitChange(deployment("a"));
      api.delete(deployment("b"), "");
      await(() -> watches.known(deployment("b")).isEmpty());
      awaitChange(deployment("b"));

      Thread.sleep(1500); // longer than a watch is kept that nobody refers to
      assertThat(watches.count()).as("watches in use").isEqualTo(1);
      references.of(rollout, Set.of(), Set.of());
      await(() -> watches.count() == 0);
    }
  }

  @Test
  @DisplayName(
      "R-002 What an own write was answered is known at once, and nothing older replaces it")
  void knowsOwnWrites() throws Exception {
    api.create(deployment("a"), tree("a", 0));
    try (Watches watches = watches(api)) {
      references.also(rollout, deployment("a"));
      Store<JsonObject> store = watches.of(deployment("a")).orElseThrow();
      for (int i = 1; i <= 20; i++) {
        watches.keep(
            deployment("a"),
            api.patch(
                deployment("a"),
                "",
                Map.of("metadata", Map.of("labels", Map.of("round", Integer.toString(i))))));
        assertThat(store.get(namespace, "a").orElseThrow().at("metadata", "labels", "round"))
            .isEqualTo(Integer.toString(i));
      }
    }
  }

  private static ObjectKey route(String where, String name) {
    return new ObjectKey("gateway.networking.k8s.io/v1alpha2", "TCPRoute", where, name);
  }

  private static JsonObject route(String name) {
    return JsonObject.of(
        Map.of(
            "apiVersion",
            "gateway.networking.k8s.io/v1alpha2",
            "kind",
            "TCPRoute",
            "metadata",
            Map.of("name", name),
            "spec",
            Map.of("rules", List.of())));
  }

  @Test
  @DisplayName(
      "T-009 One watch for a router's kind in all namespaces, from the moment that it is served until it is not")
  void kindsOfRouters() throws Exception {
    String definition = "tcproutes.gateway.networking.k8s.io";
    String other = cluster.namespace();
    RouterDefinitions.install(cluster.client(), definition);
    RouterDefinitions.remove(cluster.client(), definition);
    try (Watches watches = watches(api)) {
      references.also(rollout, route(namespace, "a"));
      references.also(rollout, route(other, "b"));
      assertThat(watches.of(route(namespace, "a"))).as("not served").isEmpty();

      RouterDefinitions.install(cluster.client(), definition);
      awaitChange(route(namespace, "a")); // whoever refers to one looks again
      await(() -> watches.of(route(namespace, "a")).isPresent());
      api.create(route(namespace, "a"), route("a"));
      api.create(route(other, "b"), route("b"));
      await(() -> watches.known(route(namespace, "a")).isPresent());
      await(() -> watches.known(route(other, "b")).isPresent());
      assertThat(watches.count()).isEqualTo(1);

      RouterDefinitions.remove(cluster.client(), definition);
      await(() -> watches.count() == 0);
      assertThat(watches.of(route(other, "b"))).as("served no more").isEmpty();
      RouterDefinitions.install(cluster.client(), definition);
      await(() -> watches.of(route(other, "b")).isPresent());
      assertThat(watches.known(route(other, "b"))).as("went with its kind").isEmpty();
    }
    cluster.client().namespaces().withName(other).delete();
  }

  @Test
  @DisplayName(
      "R-511, T-009 An object that its watch has not told of is there when the server is asked, and a kind that was not served before")
  void arrivesWhenAskedFor() throws Exception {
    String definition = "tcproutes.gateway.networking.k8s.io";
    RouterDefinitions.install(cluster.client(), definition);
    RouterDefinitions.remove(cluster.client(), definition);
    try (FaultProxy proxy = FaultProxy.start(cluster.controlPlane(), "watcher", "system:masters");
        KubernetesClient client =
            new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(proxy.kubeconfig()))
                .build();
        Watches watches =
            new Watches(new Api(client), references, "", (key, now) -> {}, LONG, LONG)) {
      references.also(rollout, route(namespace, "a"));
      assertThat(watches.of(route(namespace, "a"))).as("not served").isEmpty();
      assertThat(watches.arrives(route(namespace, "a"))).as("still not").isFalse();
      RouterDefinitions.install(cluster.client(), definition);
      await(() -> arrives(watches, route(namespace, "a")));
      assertThat(watches.of(route(namespace, "a"))).as("served").isPresent();
      assertThat(watches.arrives(route(namespace, "a"))).as("no such object").isFalse();

      proxy.holdWatches(LONG);
      api.create(route(namespace, "a"), route("a"));
      assertThat(watches.known(route(namespace, "a"))).as("told of").isEmpty();
      assertThat(watches.arrives(route(namespace, "a"))).isTrue();
      assertThat(watches.known(route(namespace, "a"))).isPresent();
      assertThat(watches.arrives(route(namespace, "a"))).as("once more").isFalse();
    }
  }

  private static boolean arrives(Watches watches, ObjectKey key) {
    try {
      return watches.arrives(key);
    } catch (ApiException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("O-061 What may be read and not watched is read directly")
  void withoutRightToWatch() {
    try (KubernetesClient client = cluster.controlPlane().clientFor("nobody");
        Watches watches = watches(new Api(client))) {
      Optional<Store<JsonObject>> refused = watches.of(deployment("a"));
      assertThat(refused).isEmpty();
      assertThat(watches.of(deployment("a"))).isEmpty();
    }
  }

  @Test
  @DisplayName("T-009 What a router's own controller reports of an object is no news")
  void statusIsNoNews() {
    JsonObject before = tree("a", 1);
    Map<String, Object> reported = new LinkedHashMap<>(before.fields());
    reported.put("status", Map.of("readyReplicas", 1));
    assertThat(Pruning.isNews(before, JsonObject.of(reported))).isFalse();
    assertThat(Pruning.isNews(before, tree("a", 2))).isTrue();
  }
}
