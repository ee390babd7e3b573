package dev.rollouts.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.controller.RouterDefinitions;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.ReplicaSetTree;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.turns.Alone;
import dev.rollouts.engine.client.ClientPatches;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.testcluster.TestCluster;
import dev.rollouts.testcluster.proxy.FaultProxy;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is known lags behind a real API server, as with watches that hang. */
@Tag("it")
class StaleStoresTest {
  private static final String YAML =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web}
      spec:
        replicas: 1
        progressDeadlineSeconds: 60
        progressDeadlineAbort: true
        selector: {matchLabels: {app: web}}
        strategy: {canary: {}}
        template:
          metadata: {labels: {app: web}, annotations: {test.rollouts.dev/ready-after: 1s}}
          spec: {containers: [{name: web, image: "web:1"}]}
      """;

  private static final String ROUTED =
      YAML.replace(
              "canary: {}",
              "canary: {stableService: stable, canaryService: canary, trafficRouting:"
                  + " {istio: {virtualService: {name: web}}}}")
          + """
          ---
          apiVersion: v1
          kind: Service
          metadata: {name: stable}
          spec: {selector: {app: web}, ports: [{port: 80}]}
          ---
          apiVersion: v1
          kind: Service
          metadata: {name: canary}
          spec: {selector: {app: web}, ports: [{port: 80}]}
          ---
          apiVersion: networking.istio.io/v1alpha3
          kind: VirtualService
          metadata: {name: web}
          spec:
            hosts: [web]
            http:
            - route:
              - {destination: {host: stable}, weight: 100}
              - {destination: {host: canary}, weight: 0}
          """;

  private static final Map<String, Object> TEMPLATE =
      Map.of("spec", Map.of("containers", List.of(Map.of("name", "web", "image", "web:2"))));

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.namespace();
  private final Stores stores = Stores.empty();
  private final FaultProxy proxy =
      FaultProxy.start(cluster.controlPlane(), "watcher", "system:masters");
  private final KubernetesClient watcher =
      new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(proxy.kubeconfig())).build();
  private final Alone alone = new Alone(cluster.client(), watcher, namespace, Alone.open());
  private final Api api = alone.api();

  @AfterEach
  void end() {
    alone.close();
    watcher.close();
    proxy.close();
    cluster.client().namespaces().withName(namespace).delete();
  }

  private RolloutTurns turns(Clock clock) {
    return turns(clock, stores);
  }

  private RolloutTurns turns(Clock clock, Stores stores) {
    return turns(alone, clock, stores);
  }

  private static RolloutTurns turns(Alone alone, Clock clock, Stores stores) {
    return new RolloutTurns(
        new RolloutEngine(),
        alone.surroundings(stores, clock),
        alone.objects(stores),
        alone.references());
  }

  private ObjectKey key(String version, String kind, String name) {
    return new ObjectKey(version, kind, namespace, name);
  }

  private Rollout rollout() throws ApiException {
    return read(api.get(key("argoproj.io/v1alpha1", "Rollout", "web")).orElseThrow());
  }

  private static Rollout read(JsonObject tree) {
    return Wire.decode(Rollout.class, tree.fields()).value();
  }

  private List<ReplicaSet> sets() throws ApiException {
    return api.list(key("apps/v1", "ReplicaSet", "*"), Map.of()).stream()
        .map(ReplicaSetTree::read)
        .toList();
  }

  private Rollout create() throws ApiException {
    Document document = Codec.standard().read("web.yaml", YAML).get(0);
    api.create(key("argoproj.io/v1alpha1", "Rollout", "web"), JsonObject.of(document.tree()));
    Rollout made = rollout();
    stores.rollouts().put(made);
    return made;
  }

  /** A turn; the watch of ReplicaSets tells everything until the second version has a size. */
  private boolean turn(ObjectMeta rollout) throws ApiException {
    if (sets().stream().noneMatch(each -> each.replicas() == 1 && each.revision() == 2)) {
      sets().forEach(stores.replicaSets()::put);
    }
    turns(Clock.systemUTC()).take(rollout);
    return true;
  }

  private ReplicaSet fresh() throws ApiException {
    return newest(sets());
  }

  private ReplicaSet known() {
    return newest(List.copyOf(stores.replicaSets().in(namespace)));
  }

  private static ReplicaSet newest(List<ReplicaSet> sets) {
    return sets.stream().max(Comparator.comparingLong(ReplicaSet::revision)).orElseThrow();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(100);
    }
  }

  @Test
  @DisplayName(
      "R-004 No version is made for a Rollout that is gone, which the watch has not told yet (pain 67)")
  void nothingForWhatIsGone() throws ApiException {
    Rollout rollout = create();
    api.delete(key("argoproj.io/v1alpha1", "Rollout", "web"), rollout.metadata().uid());
    assertThat(turns(Clock.systemUTC()).take(rollout.metadata())).isNull();
    assertThat(sets()).isEmpty();
    assertThat(stores.rollouts().get(namespace, "web")).isEmpty();
  }

  @Test
  @DisplayName(
      "R-004 A version that goes with its Rollout is not made again by who made it (pain 67)")
  void nothingAgain() throws Exception {
    Rollout rollout = create();
    RolloutTurns turns = turns(Clock.systemUTC());
    turns.take(rollout.metadata());
    assertThat(sets()).hasSize(1);
    api.delete(key("argoproj.io/v1alpha1", "Rollout", "web"), rollout.metadata().uid());
    await(() -> sets().isEmpty());
    List.copyOf(stores.replicaSets().in(namespace)).forEach(stores.replicaSets()::remove);
    assertThat(turns.take(rollout.metadata())).isNull();
    assertThat(sets()).isEmpty();
    assertThat(stores.rollouts().get(namespace, "web")).isEmpty();
  }

  @Test
  @DisplayName(
      "R-389, R-390 Before it gives up, the controller looks whether nothing has moved (pain 1)")
  void looksBeforeItGivesUp() throws Exception {
    ObjectMeta meta = create().metadata();
    await(() -> turn(meta) && rollout().statusOrEmpty().phase() == RolloutPhase.HEALTHY);
    stores
        .rollouts()
        .put(
            read(
                api.patch(
                    key("argoproj.io/v1alpha1", "Rollout", "web"),
                    "",
                    Map.of("spec", Map.of("template", TEMPLATE)))));
    await(() -> turn(meta) && fresh().replicas() == 1);
    assertThat(known().status().availableReplicas()).as("known at first").isZero();
    await(() -> fresh().status().availableReplicas() == 1);

    Instant late = Instant.now().plus(Duration.ofMinutes(10));
    turns(Clock.fixed(late, ZoneOffset.UTC)).take(meta);
    assertThat(rollout().statusOrEmpty().abort()).isFalse();
    assertThat(known().status().availableReplicas()).isEqualTo(1);
  }

  @Test
  @DisplayName("R-389, R-390 What a watch tells while the controller looks counts, too")
  void toldWhileItLooks() throws Exception {
    ObjectMeta meta = create().metadata();
    await(() -> turn(meta) && rollout().statusOrEmpty().phase() == RolloutPhase.HEALTHY);
    stores.rollouts().put(withImage("web:2"));
    await(() -> turn(meta) && fresh().replicas() == 1);
    await(() -> fresh().status().availableReplicas() == 1);
    List<ReplicaSet> live = sets();
    Interceptor watch =
        new Interceptor() {
          @Override
          public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (request.uri().getPath().endsWith("/rollouts/web")) {
              live.forEach(stores.replicaSets()::put);
            }
          }
        };
    Instant late = Instant.now().plus(Duration.ofMinutes(10));
    try (KubernetesClient told =
            new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(proxy.kubeconfig()))
                .withHttpClientBuilderConsumer(it -> it.addOrReplaceInterceptor("watch", watch))
                .build();
        Alone looking = new Alone(told, watcher, namespace, Alone.open())) {
      assertThat(known().status().availableReplicas()).as("known at first").isZero();
      turns(looking, Clock.fixed(late, ZoneOffset.UTC), stores).take(meta);
    }
    assertThat(known().status().availableReplicas()).isEqualTo(1);
    assertThat(rollout().statusOrEmpty().abort()).isFalse();
  }

  @Test
  @DisplayName(
      "R-034, R-036, R-525 A controller that knows old lists gives a new version the number after the last one")
  void countsFromTheLast() throws Exception {
    ObjectMeta meta = create().metadata();
    await(() -> told(meta) && rollout().statusOrEmpty().phase() == RolloutPhase.HEALTHY);
    Stores old = Stores.empty();
    sets().forEach(old.replicaSets()::put);
    for (String image : List.of("web:2", "web:3")) {
      stores.rollouts().put(withImage(image));
      await(() -> told(meta) && healthyWith(image));
    }
    assertThat(sets()).extracting(ReplicaSet::revision).containsExactlyInAnyOrder(1L, 2L, 3L);

    old.rollouts().put(withImage("web:4"));
    turns(Clock.systemUTC(), old).take(meta);
    assertThat(sets()).extracting(ReplicaSet::revision).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
    assertThat(newest(sets()).annotation(RolloutKeys.REVISION_HISTORY)).isNull();
    assertThat(rollout().metadata().annotations()).containsEntry(RolloutKeys.REVISION, "4");
  }

  @Test
  @DisplayName(
      "R-036, R-525 What a watch tells of a Rollout after the look at it counts before a version becomes the newest")
  void toldInBetween() throws Exception {
    ObjectMeta meta = create().metadata();
    await(() -> told(meta) && rollout().statusOrEmpty().phase() == RolloutPhase.HEALTHY);
    Rollout before = rollout();
    stores.rollouts().put(withImage("web:2"));
    await(() -> told(meta) && sets().size() == 2);

    Stores late = Stores.empty();
    late.rollouts().put(before);
    sets().forEach(late.replicaSets()::put);
    Rollout live = rollout();
    turns(new Telling(() -> late.rollouts().put(live)), late).take(meta);
    assertThat(sets()).extracting(ReplicaSet::revision).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  @DisplayName(
      "R-190, R-525 A version does not become stable because the watch has not told of the stable one")
  void stableVersionThatIsLate() throws Exception {
    ObjectMeta meta = create().metadata();
    await(() -> told(meta) && rollout().statusOrEmpty().phase() == RolloutPhase.HEALTHY);
    String stable = rollout().statusOrEmpty().stableRS();
    stores.rollouts().put(withImage("web:2"));
    await(() -> told(meta) && fresh().revision() == 2);
    sets().forEach(stores.replicaSets()::put);

    Stores late = Stores.empty();
    late.rollouts().put(rollout());
    late.replicaSets().put(fresh());
    for (int turn = 0; turn < 3; turn++) {
      turns(Clock.systemUTC(), late).take(meta);
      assertThat(rollout().statusOrEmpty().stableRS()).isEqualTo(stable);
      late.rollouts().put(rollout());
    }
    assertThat(late.replicaSets().in(namespace)).hasSize(2);
  }

  @Test
  @DisplayName(
      "R-511 A Rollout is not called invalid for the want of a VirtualService that the watch has not told of yet")
  void routesThatAreLate() throws Exception {
    RouterDefinitions.install(cluster.client());
    ObjectKey route = key("networking.istio.io/v1alpha3", "VirtualService", "web");
    alone.objects(stores).read(route, new HashMap<>()); // watched from now on
    proxy.holdWatches(Duration.ofHours(1));
    for (Document each : Codec.standard().read("web.yaml", ROUTED)) {
      JsonObject tree = JsonObject.of(each.tree());
      String kind = String.valueOf(tree.at("kind"));
      ObjectKey key = key(String.valueOf(tree.at("apiVersion")), kind, each.name());
      api.create(key, tree);
      if (kind.equals("Service")) {
        stores.services().put(api.get(key).orElseThrow());
      }
    }
    Rollout made = rollout();
    stores.rollouts().put(made);
    assertThat(alone.watches().known(route)).isEmpty();
    turns(Clock.systemUTC()).take(made.metadata());
    assertThat(rollout().statusOrEmpty().condition("InvalidSpec")).isEmpty();
    assertThat(alone.watches().known(route)).isPresent();
  }

  /** The clock, which a turn reads after it has looked at the object: then a watch tells. */
  private static final class Telling extends Clock {
    private final Runnable watch;

    Telling(Runnable watch) {
      this.watch = watch;
    }

    @Override
    public Instant instant() {
      watch.run();
      return Instant.now();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** A turn that knows everything. */
  private boolean told(ObjectMeta rollout) throws ApiException {
    sets().forEach(stores.replicaSets()::put);
    turns(Clock.systemUTC()).take(rollout);
    return true;
  }

  private boolean healthyWith(String image) throws ApiException {
    return rollout().statusOrEmpty().phase() == RolloutPhase.HEALTHY
        && newest(sets()).status().availableReplicas() == 1
        && String.valueOf(newest(sets()).template()).contains(image);
  }

  private Rollout withImage(String image) throws ApiException {
    JsonObject template =
        ClientPatches.withImage(rollout().spec().template(), "*", image).orElseThrow();
    return read(
        api.patch(
            key("argoproj.io/v1alpha1", "Rollout", "web"),
            "",
            Map.of("spec", Map.of("template", template.fields()))));
  }
}
