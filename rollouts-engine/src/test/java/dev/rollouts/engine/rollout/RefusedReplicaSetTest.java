package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.Condition;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A cluster that does not let a ReplicaSet be made. */
class RefusedReplicaSetTest {
  private static final int ATTEMPTS = 6;

  @Test
  @DisplayName("R-036 A refusal is told until the ReplicaSet is there, and then no more")
  void keepsTheErrorUntilItIsMade() {
    World world = new World(Manifests.rollout("replicas: 2\nstrategy: {canary: {}}"));
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < ATTEMPTS; i++) {
      var decision = world.engine.decide(world.rollout, world.observations(), world.now);
      world.rollout = world.rollout.withStatus(decision.status());
      world.answers.clear();
      for (ClusterEffect effect : decision.effects()) {
        if (effect instanceof ClusterEffect.CreateReplicaSet) {
          world.answers.add(
              new ClusterAnswer.Refused(effect, ClusterAnswer.Refusal.OTHER, "exceeded quota"));
        }
      }
      reasons.add(progressing(world).reason());
    }
    assertThat(reasons.subList(1, ATTEMPTS)).containsOnly("ReplicaSetCreateError");
    assertThat(progressing(world).message()).contains("exceeded quota");

    world.answers.clear();
    world.settle();
    assertThat(progressing(world).reason()).isEqualTo("NewReplicaSetAvailable");
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
  }

  private static Condition progressing(World world) {
    return world.status().condition(Conditions.PROGRESSING).orElseThrow();
  }
}
