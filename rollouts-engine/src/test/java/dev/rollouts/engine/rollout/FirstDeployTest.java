package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The first revision of a rollout: docs/spec/rollout.md#first-deploy. */
class FirstDeployTest {
  private static World basic() {
    return new World(
            Manifests.rollout(
                """
            replicas: 5
            strategy:
              canary:
                analysis:
                  templates: [{templateName: smoke}]
                steps:
                - setWeight: 20
                - pause: {}
                - analysis:
                    templates: [{templateName: smoke}]
            """))
        .template("smoke");
  }

  @Test
  @DisplayName("R-009, R-034, R-040 Created empty, then reset, then whole and stable in one turn")
  void turnByTurn() {
    World world = basic().holdPods();

    world.turn();
    String hash = world.revision(1).hash();
    assertThat(world.revision(1).replicas()).isZero();
    assertThat(world.status().currentPodHash()).isEmpty();
    assertThat(world.condition("Progressing"))
        .isEqualTo("True NewReplicaSetCreated Created new replica set \"web-" + hash + "\"");
    assertThat(world.told("RolloutUpdated")).containsExactly("Rollout updated to revision 1");
    assertThat(world.told("NewReplicaSetCreated"))
        .containsExactly("Created ReplicaSet web-" + hash + " (revision 1)");

    world.turn();
    assertThat(world.status().currentPodHash()).isEqualTo(hash);
    assertThat(world.status().currentStepHash()).isNotEmpty();
    assertThat(world.status().currentStepIndex()).isZero();
    assertThat(world.condition("Completed")).startsWith("False RolloutCompleted");
    assertThat(world.told("RolloutNotCompleted"))
        .containsExactly("Rollout not completed, started update to revision 1 (" + hash + ")");

    world.turn();
    assertThat(world.revision(1).replicas()).isEqualTo(5);
    assertThat(world.status().stableRS()).isEqualTo(hash);
    assertThat(world.status().currentStepIndex()).isEqualTo(3);
    assertThat(world.status().availableReplicas()).isZero();
    assertThat(world.told("RolloutCompleted"))
        .containsExactly("Rollout completed update to revision 1 (" + hash + "): Initial deploy");
  }

  @Test
  @DisplayName("R-041 No step and no analysis belongs to the first revision")
  void noStepAndNoAnalysis() {
    World world = basic().settle();

    assertThat(world.runs).isEmpty();
    assertThat(world.told()).doesNotContain("RolloutStepCompleted", "RolloutPaused");
  }

  @Test
  @DisplayName("R-045 A first revision that never comes up is stable all the same")
  void brokenFirstRevision() {
    World world = basic().holdPods().settle();
    world.image("web:2").pass(Duration.ofMinutes(1));
    world.settle();

    assertThat(world.status().stableRS()).isEqualTo(world.revision(1).hash());
    assertThat(world.status().currentStepIndex()).isZero();
    assertThat(world.sizes(2, 1)).isEqualTo("1/4");
  }

  @Test
  @DisplayName("R-046, R-460 Progressing until all pods are available, then Healthy")
  void phases() {
    World world = basic().holdPods();
    world.turns(3);
    assertThat(world.phase()).isEqualTo("PROGRESSING more replicas need to be updated");
    world.settle();
    assertThat(world.phase())
        .isEqualTo("PROGRESSING updated replicas are still becoming available");
    world.releasePods().settle();
    assertThat(world.phase()).isEqualTo("HEALTHY");
  }

  @Test
  @DisplayName("R-034 The ReplicaSet carries labels, selector, owner, revision and wanted number")
  void theReplicaSet() {
    World world =
        new World(
            Manifests.rollout(
                """
                replicas: 3
                minReadySeconds: 7
                strategy:
                  canary: {}
                """));
    world.rollout =
        world.rollout.withMetadata(
            world
                .rollout
                .metadata()
                .withAnnotation("team", "shop")
                .withAnnotation("kubectl.kubernetes.io/last-applied-configuration", "{}"));
    var decision = world.turn();
    var made =
        decision.effects().stream()
            .filter(ClusterEffect.CreateReplicaSet.class::isInstance)
            .map(each -> ((ClusterEffect.CreateReplicaSet) each).replicaSet())
            .findFirst()
            .orElseThrow();

    String hash = made.hash();
    assertThat(made.name()).isEqualTo("web-" + hash);
    assertThat(made.replicas()).isZero();
    assertThat(made.minReadySeconds()).isEqualTo(7);
    assertThat(made.metadata().labels())
        .containsOnlyKeys("app", RolloutKeys.POD_TEMPLATE_HASH)
        .containsEntry("app", "web");
    assertThat(made.selector().matches(made.metadata().labels())).isTrue();
    assertThat(made.selector().matches(java.util.Map.of("app", "web"))).isFalse();
    assertThat(made.template().at("metadata", "labels", RolloutKeys.POD_TEMPLATE_HASH))
        .isEqualTo(hash);
    assertThat(made.metadata().annotations())
        .containsEntry("team", "shop")
        .containsEntry(RolloutKeys.REVISION, "1")
        .containsEntry(RolloutKeys.DESIRED_REPLICAS, "3")
        .hasSize(3);
    assertThat(made.metadata().ownerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.uid()).isEqualTo("uid-rollout");
              assertThat(owner.controller()).isTrue();
              assertThat(owner.blockOwnerDeletion()).isTrue();
            });
    assertThat(world.rollout.metadata().annotations()).containsEntry(RolloutKeys.REVISION, "1");
    assertThat(List.copyOf(world.sets.keySet())).containsExactly("web-" + hash);
  }
}
