package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Outages and dead ends that users of Argo Rollouts reported, named after the threads there, played
 * again.
 */
class TrafficPainsTest {
  private static final String HALVES = "- setWeight: 50\n- pause: {}\n";
  private static final String MANAGED =
      "{managedRoutes: [{name: beta}], istio: {virtualService: {name: web}}}";

  /** Turns, each followed by a look, until nothing is left to do. */
  private static void watch(RoutedWorld routed, Consumer<RoutedWorld> look) {
    for (int i = 0; i < 100; i++) {
      var before = routed.world.status();
      var decision = routed.world.turn();
      look.accept(routed);
      if (decision.effects().isEmpty() && decision.status().equals(before)) {
        return;
      }
    }
    throw new AssertionError("no end of turns");
  }

  /** Percent of the requests that reach a revision, by weight and by where the Services point. */
  private static int share(RoutedWorld routed, long revision) {
    String hash = routed.world.revision(revision).hash();
    int canary = routed.world.selected("web-canary").equals(hash) ? routed.weight() : 0;
    int stable = routed.world.selected("web-stable").equals(hash) ? 100 - routed.weight() : 0;
    return canary + stable;
  }

  /** Whoever gets a share of the requests has that share of ten pods. */
  private static void requireCapacity(RoutedWorld routed) {
    for (ReplicaSet each : List.copyOf(routed.world.sets.values())) {
      assertThat(each.available() * 10)
          .as("pods of revision %d, in percent, at %d", each.revision(), routed.weight())
          .isGreaterThanOrEqualTo(share(routed, each.revision()));
    }
  }

  private static void hold(RoutedWorld routed, long revision, int pods) {
    routed.world.breakPods(routed.world.revision(revision), pods);
  }

  @Test
  @DisplayName("R-190, R-195 The last step neither flaps nor sends to where no pods are")
  void pain2064_pain4433_theLastStep() {
    RoutedWorld routed = RoutedWorld.deployed("", HALVES).update();
    routed.world.patch(status -> status.pauseConditions(List.of()));
    List<Integer> shares = new ArrayList<>();
    watch(
        routed,
        it -> {
          shares.add(share(it, 2));
          requireCapacity(it);
        });
    assertThat(shares).isSorted().startsWith(50).endsWith(100);
    routed.world.pass(Duration.ofSeconds(31));
    watch(routed, TrafficPainsTest::requireCapacity);
    assertThat(routed.world.revision(1).replicas()).isZero();
  }

  @Test
  @DisplayName("R-014, R-142 Another size and another version at once: Services wait for pods")
  void pain3779_sizeAndVersionInOneEdit() {
    RoutedWorld routed = RoutedWorld.deployed("", HALVES);
    routed.world.edit(spec -> spec.withReplicas(20).withTemplate(Manifests.template("web:2")));
    routed.world.pass(Duration.ofMinutes(1)).turn();
    routed.world.broken.put(routed.world.revision(2).name(), 20);
    watch(routed, it -> assertThat(share(it, 2)).isZero());
    assertThat(routed.world.revision(1).replicas()).isEqualTo(20);
    assertThat(routed.world.revision(2).replicas()).isEqualTo(10);
    assertThat(routed.world.selected("web-canary")).isEqualTo(routed.world.revision(1).hash());

    hold(routed, 2, 0);
    routed.world.settle();
    assertThat(share(routed, 2)).isEqualTo(50);
  }

  @Test
  @DisplayName("R-063, R-125 A rollback within the window sends what pods are there for")
  void pain3941_fastRollbackWaitsForCapacity() {
    RoutedWorld routed = RoutedWorld.deployed("", HALVES);
    routed.world.edit(
        spec -> {
          Map<String, Object> tree = new LinkedHashMap<>(Wire.encode(spec));
          tree.put("rollbackWindow", Map.of("revisions", 3));
          return Wire.decode(RolloutSpec.class, tree).value();
        });
    routed.update().resume();
    routed.world.pass(Duration.ofMinutes(1)).settle();
    String first = routed.world.revision(1).name();
    assertThat(routed.world.revision(1).replicas()).isZero();

    routed.world.image("web:1").broken.put(first, 9);
    watch(routed, TrafficPainsTest::requireCapacity);
    assertThat(routed.world.sets.get(first).available()).isEqualTo(1);
    routed.world.breakPods(routed.world.sets.get(first), 0);
    watch(routed, TrafficPainsTest::requireCapacity);
    assertThat(routed.world.status().stableRS()).isEqualTo(routed.world.sets.get(first).hash());
    assertThat(routed.world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
  }

  @Test
  @DisplayName("R-129, R-140 A superseded canary has weight 0 before anything points at the next")
  void pain4775_superseded() {
    RoutedWorld routed = RoutedWorld.deployed("", HALVES).update();
    // Stable cannot take the canary's share back at once, and the next canary has one pod.
    hold(routed, 1, 6);
    routed.world.image("web:3").turn();
    routed.world.broken.put(routed.world.revision(3).name(), 4);
    watch(routed, it -> assertThat(share(it, 3)).isZero());
    assertThat(routed.world.revision(3).available()).isEqualTo(1);
    hold(routed, 1, 0);
    watch(routed, TrafficPainsTest::requireCapacity);
    assertThat(routed.weight()).isZero();
    hold(routed, 3, 0);
    watch(routed, TrafficPainsTest::requireCapacity);
    assertThat(share(routed, 3)).isEqualTo(50);
  }

  @Test
  @DisplayName("R-043, R-142 A first version gets Services when all its pods are there")
  void pain2507_pain1731_firstDeploy() {
    RoutedWorld routed = RoutedWorld.of("", "{}", HALVES, RolloutSettings.defaults());
    routed.world.turn();
    routed.world.broken.put(routed.world.revision(1).name(), 1);
    routed.world.settle();
    assertThat(routed.world.selected("web-stable")).isEmpty();
    assertThat(routed.world.selected("web-canary")).isEmpty();
    hold(routed, 1, 0);
    routed.world.settle();
    assertThat(share(routed, 1)).isEqualTo(100);

    BlueGreenWorld it = BlueGreenWorld.of("");
    it.turn();
    it.breakPods(1, 1).settle();
    assertThat(it.active()).isZero();
    it.breakPods(1, 0).settle();
    assertThat(it.active()).isEqualTo(1);
  }

  @Test
  @DisplayName("R-145 The canary Service leads to pods while the canary has none")
  void pain1026_pain2641_serviceWithoutPods() {
    RoutedWorld routed = RoutedWorld.deployed("", "- pause: {}\n" + HALVES).update();
    assertThat(routed.world.revision(2).replicas()).isZero();
    assertThat(routed.world.selected("web-canary")).isEqualTo(routed.world.revision(1).hash());
    routed.resume();
    assertThat(routed.world.selected("web-canary")).isEqualTo(routed.world.revision(2).hash());
  }

  @Test
  @DisplayName("R-122, R-123 A dynamic abort takes traffic back as pods come back, and no faster")
  void pain3020_pain4035_dynamicAbort() {
    RoutedWorld routed =
        RoutedWorld.deployed(
                "dynamicStableScale: true",
                "- setWeight: 20\n- setWeight: 50\n- setWeight: 80\n- pause: {}")
            .update();
    assertThat(routed.tuple()).isEqualTo("(80,2,8)");
    routed.abort();
    routed.world.broken.put(routed.world.revision(1).name(), 2);
    Consumer<RoutedWorld> look =
        it -> {
          requireCapacity(it);
          assertThat(it.world.revision(1).replicas() + it.world.revision(2).replicas())
              .as("pods at %s", it.tuple())
              .isLessThanOrEqualTo(13);
        };
    watch(routed, look);
    hold(routed, 1, 0);
    watch(routed, look);
    assertThat(routed.tuple()).isEqualTo("(0,10,0)");
  }

  @Test
  @DisplayName("R-010, R-238 An abort with nothing under way changes nothing")
  void pain1292_abortOfNothing() {
    RoutedWorld routed = RoutedWorld.deployed("", HALVES);
    routed.abort().world.settle();
    assertThat(routed.world.revision(1).replicas()).isEqualTo(10);
    assertThat(share(routed, 1)).isEqualTo(100);
    assertThat(routed.world.status().abort()).isFalse();
    assertThat(routed.world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);

    BlueGreenWorld it = BlueGreenWorld.deployed("");
    it.then(each -> each.world.patch(status -> status.abort(true))).later(60);
    assertThat(it.size(1)).isEqualTo(3);
    assertThat(it.active()).isEqualTo(1);
    assertThat(it.world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
  }

  @Test
  @DisplayName("R-120, R-230 Routers are kept right after an abort, too")
  void pain1838_routersAfterAnAbort() {
    RoutedWorld routed = RoutedWorld.deployed("", HALVES).update();
    routed.abort().world.settle().pass(Duration.ofSeconds(31)).settle();
    JsonObject right = routed.world.objects.get(routed.router.key());
    assertThat(routed.weight()).isZero();
    Map<String, Object> wrong = new LinkedHashMap<>(right.fields());
    wrong.put("weight", 50);
    routed.world.objects.put(routed.router.key(), JsonObject.of(wrong));
    routed.world.settle();
    assertThat(routed.world.objects.get(routed.router.key())).isEqualTo(right);
  }

  @Test
  @DisplayName("R-128 A header route that is lost comes back, and does not hold up the end")
  void pain4716_pain2526_headerRoute() {
    RoutedWorld routed =
        RoutedWorld.deployed(
                "",
                MANAGED,
                """
                - setWeight: 20
                - setHeaderRoute: {name: beta, match: [{headerName: x, headerValue: {exact: z}}]}
                - pause: {}
                """)
            .update();
    JsonObject right = routed.world.objects.get(routed.router.key());
    assertThat(routed.route("headers")).hasToString("[beta]");
    Map<String, Object> lost = new LinkedHashMap<>(right.fields());
    lost.put("headers", List.of());
    routed.world.objects.put(routed.router.key(), JsonObject.of(lost));
    routed.world.settle();
    assertThat(routed.world.objects.get(routed.router.key())).isEqualTo(right);

    routed.resume();
    assertThat(routed.world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(routed.route("headers")).hasToString("[]");
  }

  @Test
  @DisplayName("R-269, R-272, R-310 Pause and checks hold for a template of another workload, too")
  void pain4503_blueGreenWithWorkloadRef() {
    World world =
        new World(
            Codec.standard()
                .readOne(
                    Rollout.class,
                    "rollout.yaml",
                    """
                    apiVersion: argoproj.io/v1alpha1
                    kind: Rollout
                    metadata: {name: web, namespace: default}
                    spec:
                      replicas: 3
                      workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                      strategy:
                        blueGreen:
                          activeService: web-active
                          autoPromotionEnabled: false
                          prePromotionAnalysis: {templates: [{templateName: smoke}]}
                          postPromotionAnalysis: {templates: [{templateName: smoke}]}
                    """));
    world.service("web-active").template("smoke");
    deployment(world, "web:1", 1).settle();
    String first = world.revision(1).hash();
    assertThat(world.selected("web-active")).isEqualTo(first);

    deployment(world, "web:2", 2).pass(Duration.ofMinutes(1)).settle();
    String run = "web-" + world.revision(2).hash() + "-2";
    assertThat(world.runs).containsOnlyKeys(run + "-pre");
    world.finish(run + "-pre", AnalysisPhase.SUCCESSFUL, "").settle();
    assertThat(world.status().message()).isEqualTo("BlueGreenPause");
    assertThat(world.selected("web-active")).isEqualTo(first);

    world.patch(status -> status.pauseConditions(List.of())).settle();
    assertThat(world.selected("web-active")).isEqualTo(world.revision(2).hash());
    assertThat(world.runs).containsOnlyKeys(run + "-pre", run + "-post");
    assertThat(world.status().stableRS()).isEqualTo(first);
    world.finish(run + "-post", AnalysisPhase.SUCCESSFUL, "").settle();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
  }

  private static World deployment(World world, String image, long generation) {
    world.objects.put(
        new ObjectKey("apps/v1", "Deployment", "default", "web"),
        JsonObject.of(
            Map.of(
                "apiVersion",
                "apps/v1",
                "kind",
                "Deployment",
                "metadata",
                Map.of("name", "web", "namespace", "default", "generation", generation),
                "spec",
                Map.of(
                    "replicas",
                    0,
                    "selector",
                    Map.of("matchLabels", Map.of("app", "web")),
                    "template",
                    Manifests.template(image).fields()))));
    return world;
  }

  @Test
  @DisplayName("R-350, R-272 A check that was stopped is no success, and nothing is switched")
  void pain3724_terminatedCheck() {
    BlueGreenWorld it =
        BlueGreenWorld.deployed("prePromotionAnalysis: {templates: [{templateName: smoke}]}")
            .update();
    it.world.finish(it.run("-pre"), AnalysisPhase.SUCCESSFUL, "Run Terminated");
    it.settle().later(3600);
    assertThat(it.active()).isEqualTo(1);
    assertThat(it.world.status().message()).isEqualTo("InconclusiveAnalysisRun");
  }
}
