package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What rollout/children computes, once each in a rollout. */
class ChildrenInARolloutTest {
  private static World canary(String spec, String options) {
    return new World(
        Manifests.rollout(
            "replicas: 4\n"
                + spec
                + "strategy:\n  canary:\n"
                + (options + "steps: [{setWeight: 50}, {pause: {}}]\n").indent(4)));
  }

  private static World update(World world, String image) {
    return world.image(image).pass(Duration.ofMinutes(1)).settle();
  }

  private static Object label(World world, long revision) {
    return world.revision(revision).template().at("metadata", "labels", "role");
  }

  private static void pod(World world, long revision) {
    ReplicaSet set = world.revision(revision);
    world.pods.put(
        "pod-" + revision,
        new Pod(
            new ObjectMeta(
                "pod-" + revision,
                "",
                "default",
                "uid-pod-" + revision,
                "1",
                1,
                world.now,
                null,
                Map.of("app", "web", RolloutKeys.POD_TEMPLATE_HASH, set.hash()),
                Map.of(),
                List.of(
                    new ObjectMeta.OwnerReference(
                        "apps/v1", "ReplicaSet", set.name(), set.metadata().uid(), true, true))),
            true));
  }

  private static final String ROLES =
      "canaryMetadata: {labels: {role: canary}}\nstableMetadata: {labels: {role: stable}}\n";

  @Test
  @DisplayName("R-400 to R-405 Metadata of a role follow it, in ReplicaSets and in pods")
  void rolesOfACanary() {
    World world = canary("", ROLES);
    world.turn();
    assertThat(label(world, 1)).as("R-405").isEqualTo("stable");
    world.settle();
    String hash = world.revision(1).hash();
    world.image("web:2").turn();
    assertThat(label(world, 2)).as("R-405").isEqualTo("canary");
    world.settle();
    pod(world, 1);
    pod(world, 2);
    world.settle();
    assertThat(world.pods.get("pod-1").metadata().labels()).containsEntry("role", "stable");
    assertThat(world.pods.get("pod-2").metadata().labels()).containsEntry("role", "canary");
    assertThat(world.sets).as("R-404").hasSize(2);
    assertThat(world.revision(1).hash()).isEqualTo(hash);
    assertThat(world.turn().effects()).isEmpty();

    world.patch(status -> status.pauseConditions(List.of())).settle();
    assertThat(label(world, 2)).isEqualTo("stable");
    assertThat(world.pods.get("pod-2").metadata().labels()).containsEntry("role", "stable");
    assertThat(label(world, 1)).as("others have none").isNull();
  }

  @Test
  @DisplayName("R-400 Preview and active metadata of blue-green follow the promotion")
  void rolesOfBlueGreen() {
    BlueGreenWorld it =
        BlueGreenWorld.deployed(
                """
                autoPromotionEnabled: false
                previewMetadata: {labels: {role: preview}}
                activeMetadata: {labels: {role: active}}
                """)
            .update();
    assertThat(label(it.world, 1)).isEqualTo("active");
    assertThat(label(it.world, 2)).isEqualTo("preview");
    it.resume();
    assertThat(label(it.world, 2)).isEqualTo("active");
    assertThat(label(it.world, 1)).isNull();
  }

  @Test
  @DisplayName(
      "R-401, R-402 Without either field what was injected stays; one alone cleans its role")
  void fieldsThatGo() {
    World world = update(canary("", ROLES).settle(), "web:2");
    world.edit(
        spec ->
            Manifests.rollout(
                    "replicas: 4\nstrategy:\n  canary:\n    stableMetadata: {labels: {role: stable}}\n    steps: [{setWeight: 50}, {pause: {}}]\n")
                .spec()
                .withTemplate(Manifests.template("web:2")));
    world.settle();
    assertThat(label(world, 2)).isNull();
    assertThat(label(world, 1)).isEqualTo("stable");
    world.edit(
        spec ->
            Manifests.rollout(
                    "replicas: 4\nstrategy:\n  canary:\n    steps: [{setWeight: 50}, {pause: {}}]\n")
                .spec()
                .withTemplate(Manifests.template("web:2")));
    world.settle();
    assertThat(label(world, 1)).isEqualTo("stable");
  }

  @Test
  @DisplayName("R-406 An injected value wins over the template's")
  void injectedWins() {
    World world = canary("", "stableMetadata: {labels: {app: web, tier: injected}}\n");
    world.settle();
    assertThat(world.revision(1).template().at("metadata", "labels", "tier")).isEqualTo("injected");
  }

  @Test
  @DisplayName("R-410 to R-413 The new version keeps off the nodes of the stable one")
  void antiAffinity() {
    World world =
        canary("", "antiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {}}\n").settle();
    assertThat(world.revision(1).template().at("spec", "affinity")).isNull();
    String stable = world.revision(1).hash();
    update(world, "web:2");
    assertThat(String.valueOf(world.revision(2).template().at("spec", "affinity")))
        .contains(RolloutKeys.POD_TEMPLATE_HASH, "kubernetes.io/hostname", stable, "default");
    assertThat(world.sets).as("R-411").hasSize(2);

    world.patch(status -> status.pauseConditions(List.of())).settle();
    assertThat(String.valueOf(world.revision(2).template().at("spec", "affinity")))
        .as("R-413")
        .contains(stable);
    update(world, "web:3");
    assertThat(String.valueOf(world.revision(3).template().at("spec", "affinity")))
        .as("R-412")
        .contains(world.revision(2).hash())
        .doesNotContain(stable);
  }

  @Test
  @DisplayName("R-435, R-437 Old versions beyond the limit go, new and stable ones never do")
  void history() {
    World world = canary("revisionHistoryLimit: 1\n", "").settle();
    for (int i = 2; i <= 4; i++) {
      update(world, "web:" + i);
      world.patch(status -> status.pauseConditions(List.of())).settle();
    }
    assertThat(world.sets.values()).extracting(ReplicaSet::revision).containsExactly(3L, 4L);
    update(world, "web:5");
    assertThat(world.sets.values()).extracting(ReplicaSet::revision).containsExactly(3L, 4L, 5L);
  }

  @Test
  @DisplayName("R-437, R-062 With limit 0 every old version goes when it has no pods")
  void noHistory() {
    World world = canary("revisionHistoryLimit: 0\n", "").settle();
    update(world, "web:2");
    world.patch(status -> status.pauseConditions(List.of())).settle();
    assertThat(world.sets.values()).extracting(ReplicaSet::revision).containsExactly(2L);
  }
}
