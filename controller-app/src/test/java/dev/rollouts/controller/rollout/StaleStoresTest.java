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
import dev.rollouts.controller.aws.AwsVerification;
import dev.rollouts.controller.events.EventRecorder;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.Objects;
import dev.rollouts.controller.kube.References;
import dev.rollouts.controller.kube.ReplicaSetTree;
import dev.rollouts.controller.kube.RequestGate;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.kube.Watches;
import dev.rollouts.controller.metrics.ControllerMetrics;
import dev.rollouts.controller.tracing.Tracing;
import dev.rollouts.controller.turns.Plugins;
import dev.rollouts.controller.turns.Surroundings;
import dev.rollouts.engine.client.ClientPatches;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.traffic.RouterSettings;
import dev.rollouts.testcluster.TestCluster;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
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

  private static final Map<String, Object> TEMPLATE =
      Map.of("spec", Map.of("containers", List.of(Map.of("name", "web", "image", "web:2"))));

  private final TestCluster cluster = TestCluster.shared();
  private final Api api = new Api(cluster.client());
  private final String namespace = cluster.namespace();
  private final Stores stores = Stores.empty();
  private final References references = new References();
  private final Watches watches = new Watches(api, references, namespace, (key, now) -> {});
  private final Plugins plugins = new Plugins(Map.of(), Map.of(), Duration.ofSeconds(1), List.of());
  private final EventRecorder events =
      new EventRecorder(api, Clock.systemUTC(), (object, event) -> {});

  @AfterEach
  void end() {
    watches.close();
    plugins.close();
    events.close();
    cluster.client().namespaces().withName(namespace).delete();
  }

  private RolloutTurns turns(Clock clock) {
    return turns(clock, stores);
  }

  private RolloutTurns turns(Clock clock, Stores stores) {
    return new RolloutTurns(
        new RolloutEngine(),
        new Surroundings(
            api,
            stores,
            watches,
            events,
            plugins,
            new AwsVerification(api, stores, RouterSettings.defaults()),
            new ControllerMetrics(new PrometheusRegistry(), clock),
            Tracing.off(),
            new RequestGate(0, 1, () -> true, (kind, where, name, verb, code) -> {}),
            clock),
        new Objects(api, stores, watches),
        references);
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
