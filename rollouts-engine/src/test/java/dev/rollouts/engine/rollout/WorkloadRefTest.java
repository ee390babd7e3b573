package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rollouts that take their pod template from another object. docs/spec/rollout.md. */
class WorkloadRefTest {
  private static final ObjectKey DEPLOYMENT =
      new ObjectKey("apps/v1", "Deployment", "default", "web");

  private static Rollout rollout(String ref, String strategy) {
    return Codec.standard()
        .readOne(
            Rollout.class,
            "rollout.yaml",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: web, namespace: default}
            spec:
              replicas: 4
              workloadRef: %s
              strategy: %s
            """
                .formatted(ref, strategy));
  }

  private static Rollout rollout(String scaleDown) {
    return rollout(
        "{apiVersion: apps/v1, kind: Deployment, name: web, scaleDown: '%s'}".formatted(scaleDown),
        "{canary: {steps: [{setWeight: 50}, {pause: {}}]}}");
  }

  private static JsonObject deployment(String image, int replicas, long generation) {
    return JsonObject.of(
        Map.of(
            "apiVersion",
            "apps/v1",
            "kind",
            "Deployment",
            "metadata",
            Map.of(
                "name",
                "web",
                "namespace",
                "default",
                "generation",
                generation,
                "labels",
                Map.of("of", "the deployment")),
            "spec",
            Map.of(
                "replicas",
                replicas,
                "selector",
                Map.of("matchLabels", Map.of("app", "web")),
                "template",
                Manifests.template(image).fields())));
  }

  private static World world(Rollout rollout) {
    World world = new World(rollout);
    world.objects.put(DEPLOYMENT, deployment("web:1", 4, 1));
    return world.template("smoke").service("web-active");
  }

  private static World image(World world, String image, long generation) {
    world.objects.put(DEPLOYMENT, deployment(image, deployed(world), generation));
    return world.pass(Duration.ofMinutes(1));
  }

  private static int deployed(World world) {
    return ((Number) world.objects.get(DEPLOYMENT).at("spec", "replicas")).intValue();
  }

  @Test
  @DisplayName("R-310, R-314 Template and selector are the workload's, everything else is its own")
  void takesTheTemplate() {
    World world = world(rollout("never")).settle();
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
    var set = world.revision(1);
    assertThat(set.replicas()).isEqualTo(4);
    assertThat(set.template().toString()).contains("web:1");
    assertThat(set.selector().matchLabels()).containsEntry("app", "web");
    assertThat(set.metadata().labels()).doesNotContainKey("of");
    // Neither is written into the rollout.
    assertThat(world.rollout.spec().template().fields()).isEmpty();
    assertThat(world.rollout.spec().selector()).isNull();

    image(world, "web:2", 2).settle();
    assertThat(world.revision(2).replicas()).isEqualTo(2);
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource({
    "R-310, apps/v1, Deployment, true",
    "R-310, apps/v2, ReplicaSet, true",
    "R-310, v1, PodTemplate, true",
    "R-310, apps/v1, StatefulSet, false",
    "R-310, batch/v1, Deployment, false",
    "R-310, apps/v1, PodTemplate, false",
    "R-310, v1, ReplicaSet, false"
  })
  void kinds(String rule, String apiVersion, String kind, boolean supported) {
    String ref = "{apiVersion: %s, kind: %s, name: web}".formatted(apiVersion, kind);
    World world = new World(rollout(ref, "{canary: {}}"));
    Map<String, Object> tree = new LinkedHashMap<>(deployment("web:1", 4, 1).fields());
    if (kind.equals("PodTemplate")) {
      tree.put("template", Manifests.template("web:1").fields());
      world.rollout =
          world.rollout.withSpec(
              world
                  .rollout
                  .spec()
                  .withWorkload(LabelSelector.of(Map.of("app", "web")), JsonObject.empty()));
    }
    world.objects.put(new ObjectKey(apiVersion, kind, "default", "web"), JsonObject.of(tree));
    world.settle();
    if (supported) {
      assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
    } else {
      assertThat(world.status().phase()).isEqualTo(RolloutPhase.DEGRADED);
      assertThat(world.status().message())
          .startsWith("InvalidSpec: The Rollout \"web\" is invalid: workload of type ")
          .contains(kind + " is not supported");
    }
  }

  @Test
  @DisplayName("R-310, R-311 Its own template beside it is an error, told as it is, tried in 20 s")
  void ownTemplate() {
    World world = world(rollout("never"));
    world.edit(spec -> spec.withTemplate(Manifests.template("web:9")));
    var decision = world.turn();
    assertThat(decision.status().message())
        .isEqualTo(
            "InvalidSpec: The Rollout \"web\" is invalid: template must be empty for workload reference rollout");
    assertThat(decision.wakeUp()).contains(world.now.plusSeconds(20));
    assertThat(decision.effects()).isEmpty();
  }

  @Test
  @DisplayName("R-311, R-512 A workload that comes later heals it")
  void missingWorkload() {
    World world = world(rollout("never"));
    world.objects.remove(DEPLOYMENT);
    var decision = world.turn();
    assertThat(decision.status().message()).contains("deployments.apps \"web\" not found");
    assertThat(decision.wakeUp()).contains(world.now.plusSeconds(20));
    world.objects.put(DEPLOYMENT, deployment("web:1", 4, 1));
    assertThat(world.settle().status().phase()).isEqualTo(RolloutPhase.HEALTHY);
  }

  static List<Object> unusableSelectors() {
    return List.of(
        "app = web",
        Map.of("matchLabels", Map.of("app", "other")),
        Map.of("matchExpressions", List.of(Map.of("key", "app", "operator", "Near"))));
  }

  @ParameterizedTest(name = "R-310, {0}")
  @MethodSource("unusableSelectors")
  @DisplayName("R-310 A workload without a usable selector is named")
  void workloadWithoutUsableSelector(Object selector) {
    World world = world(rollout("never"));
    Map<String, Object> tree = new LinkedHashMap<>(deployment("web:1", 4, 1).fields());
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("selector", selector);
    spec.put("template", Manifests.template("web:1").fields());
    tree.put("spec", spec);
    world.objects.put(DEPLOYMENT, JsonObject.of(tree));
    var decision = world.turn();
    assertThat(decision.status().message())
        .startsWith("InvalidSpec: The Rollout \"web\" is invalid: ")
        .contains("selector");
    assertThat(decision.effects()).isEmpty();
  }

  @Test
  @DisplayName("R-005, R-008 Nothing is claimed, made or sized before the workload is there")
  void resolvesFirst() {
    World world = world(rollout("never")).settle();
    ReplicaSet mine = world.revision(1);
    ObjectMeta meta = mine.metadata();
    world.sets.put(
        mine.name(), mine.withMetadata(meta.with(meta.labels(), meta.annotations(), List.of())));
    world.objects.remove(DEPLOYMENT);
    world.edit(spec -> spec.withReplicas(7));
    assertThat(world.turn().effects()).isEmpty();
    assertThat(world.phase()).startsWith("DEGRADED InvalidSpec");

    world.objects.put(DEPLOYMENT, deployment("web:1", 4, 1));
    world.settle();
    assertThat(world.sets).hasSize(1);
    assertThat(world.revision(1).metadata().ownerReferences()).hasSize(1);
    assertThat(world.revision(1).replicas()).isEqualTo(7);
  }

  @Test
  @DisplayName("R-312 The workload's generation is noted, and the status says which was seen")
  void generation() {
    World world = world(rollout("never")).settle();
    assertThat(world.rollout.metadata().annotations())
        .containsEntry(RolloutKeys.WORKLOAD_GENERATION, "1");
    assertThat(world.status().workloadObservedGeneration()).isEqualTo("1");
    image(world, "web:1", 7).settle();
    assertThat(world.status().workloadObservedGeneration()).isEqualTo("7");
    assertThat(world.sets).hasSize(1);
    assertThat(world.turn().effects()).isEmpty();
  }

  @Test
  @DisplayName("R-313, R-315 From a template to a workload with the same one is no new revision")
  void noNewRevision() {
    World world =
        new World(Manifests.rollout("replicas: 4\nstrategy: {canary: {steps: [{pause: {}}]}}"));
    world.objects.put(DEPLOYMENT, deployment("web:1", 0, 1));
    world.settle();
    assertThat(world.status().workloadObservedGeneration()).isEmpty();
    Rollout referring =
        rollout(
            "{apiVersion: apps/v1, kind: Deployment, name: web}",
            "{canary: {steps: [{pause: {}}]}}");
    world.edit(
        spec -> referring.spec().withReplicas(4).withWorkload(spec.selector(), JsonObject.empty()));
    world.settle();
    assertThat(world.sets).hasSize(1);
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
  }

  @ParameterizedTest(name = "{0}: scaleDown \"{1}\"")
  @CsvSource({"R-320, never", "R-320, ''"})
  void neverScaled(String rule, String scaleDown) {
    World world = world(rollout(scaleDown)).settle();
    assertThat(deployed(world)).isEqualTo(4);
  }

  @Test
  @DisplayName("R-321 onsuccess scales it to nothing when the first version is Healthy, not before")
  void onSuccess() {
    World world = world(rollout("onsuccess"));
    world.turn();
    world.turn();
    world.broken.put(world.revision(1).name(), 1);
    world.settle();
    assertThat(deployed(world)).isEqualTo(4);
    world.breakPods(world.revision(1), 0).settle();
    assertThat(deployed(world)).isZero();
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
  }

  @Test
  @DisplayName("R-322 progressively scales it as pods become ready")
  void progressively() {
    World world = world(rollout("progressively"));
    world.turn();
    world.turn();
    world.broken.put(world.revision(1).name(), 4);
    world.settle();
    assertThat(deployed(world)).isEqualTo(4);
    for (int ready = 1; ready <= 3; ready++) {
      world.breakPods(world.revision(1), 4 - ready).settle();
      assertThat(deployed(world)).isEqualTo(4 - ready);
    }
    // Pods that are lost again are made up for.
    world.breakPods(world.revision(1), 3).settle();
    assertThat(deployed(world)).isEqualTo(3);
    world.breakPods(world.revision(1), 0).settle();
    assertThat(deployed(world)).isZero();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "R-323, onsuccess",
    "R-323, progressively",
    "pain 37, onsuccess",
    "pain 37, progressively"
  })
  void pain4935_scaledUpAgainItIsScaledDownAgain(String rule, String scaleDown) {
    World world = world(rollout(scaleDown));
    // The first version never comes up, and is mended by a second one.
    world.turn();
    world.broken.put(world.revision(1).name(), 4);
    world.settle();
    image(world, "web:2", 2).settle();
    world.patch(status -> status.pauseConditions(List.of())).settle();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
    assertThat(deployed(world)).isZero();

    world.objects.put(DEPLOYMENT, deployment("web:2", 4, 3));
    world.settle();
    assertThat(deployed(world)).isZero();
  }

  @Test
  @DisplayName("R-321 During an update it stays as it is")
  void stays() {
    World world = world(rollout("onsuccess")).settle();
    image(world, "web:2", 2).settle();
    world.objects.put(DEPLOYMENT, deployment("web:2", 2, 3));
    world.settle();
    assertThat(deployed(world)).isEqualTo(2);
  }

  @Test
  @DisplayName("R-324 What is no Deployment is not scaled, even when a Deployment has its name")
  void onlyDeployments() {
    World world =
        world(
            rollout(
                "{apiVersion: apps/v1, kind: ReplicaSet, name: web, scaleDown: onsuccess}",
                "{canary: {}}"));
    world.objects.put(
        new ObjectKey("apps/v1", "ReplicaSet", "default", "web"), deployment("web:1", 4, 1));
    world.settle();
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(deployed(world)).isEqualTo(4);
    assertThat(world.decisions)
        .allMatch(
            each ->
                each.effects().stream().noneMatch(ClusterEffect.ScaleDeployment.class::isInstance));
  }

  @Test
  @DisplayName("R-321 Blue-green with checks after the switch scales it down, too (pain 37)")
  void pain4681_withPostPromotionAnalysis() {
    World world =
        world(
            rollout(
                "{apiVersion: apps/v1, kind: Deployment, name: web, scaleDown: onsuccess}",
                "{blueGreen: {activeService: web-active, postPromotionAnalysis: {templates: [{templateName: smoke}]}}}"));
    world.settle();
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(deployed(world)).isZero();
  }
}
