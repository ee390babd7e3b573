package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CanaryDeliveryTest {
  private static World basic() {
    return new World(
        Manifests.rollout(
            """
            replicas: 5
            strategy:
              canary:
                steps:
                - setWeight: 20
                - pause: {}
            """));
  }

  @Test
  @DisplayName("R-040, R-041, R-490 The first revision is deployed whole, without steps")
  void deploysTheFirstRevisionWhole() {
    World world = basic().settle();

    assertThat(world.told())
        .containsExactly(
            "RolloutUpdated",
            "NewReplicaSetCreated",
            "RolloutNotCompleted",
            "ScalingReplicaSet",
            "RolloutCompleted");
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(world.status().currentStepIndex()).isEqualTo(2);
    assertThat(world.revision(1).replicas()).isEqualTo(5);
  }

  @Test
  @DisplayName("R-491 An update scales, completes the weight and pauses")
  void updatesUpToThePause() {
    World world = basic().settle();
    world.events.clear();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();

    assertThat(world.told())
        .containsExactly(
            "RolloutUpdated",
            "NewReplicaSetCreated",
            "RolloutNotCompleted",
            "ScalingReplicaSet",
            "ScalingReplicaSet",
            "RolloutStepCompleted",
            "RolloutPaused");
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.PAUSED);
    assertThat(world.status().message()).isEqualTo("CanaryPauseStep");
    assertThat(world.revision(2).replicas()).isEqualTo(1);
    assertThat(world.revision(1).replicas()).isEqualTo(4);
  }

  @Test
  @DisplayName("R-207, R-248 Clearing the pause conditions promotes the new revision")
  void goesOnWhenResumed() {
    World world = basic().settle();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    world.patch(status -> status.pauseConditions(java.util.List.of())).settle();

    assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(world.revision(2).replicas()).isEqualTo(5);
    assertThat(world.revision(1).replicas()).isZero();
    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
  }

  @Test
  @DisplayName("R-226, R-227, R-229, R-236, R-492 An abort drains the canary, a retry starts over")
  void abortsAndRetries() {
    World world = basic().settle();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    world.events.clear();
    world.patch(status -> status.abort(true)).settle();

    assertThat(world.told()).contains("ScalingReplicaSet", "RolloutAborted");
    assertThat(world.revision(2).replicas()).isZero();
    assertThat(world.revision(1).replicas()).isEqualTo(5);
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.DEGRADED);
    assertThat(world.status().message())
        .isEqualTo("RolloutAborted: Rollout aborted update to revision 2");

    world.events.clear();
    world.patch(status -> status.abort(false)).settle();
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.PAUSED);
    assertThat(world.told()).endsWith("RolloutStepCompleted", "RolloutPaused");
  }
}
