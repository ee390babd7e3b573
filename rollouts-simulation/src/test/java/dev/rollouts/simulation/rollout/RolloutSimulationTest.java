package dev.rollouts.simulation.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.cluster.VersionModel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The cluster and the shell, seen through a decider that anybody can follow. */
class RolloutSimulationTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private static RolloutSimulation toy(long seed) {
    return RolloutSimulation.of(Rollouts.rollout(4, "canary: {}"), seed)
        .decidedBy(new ToyDecider())
        .checking(Checks.ALL);
  }

  @Test
  void aVersionIsDeployedAndReplaced() {
    RolloutTrace trace = toy(1).act(When.healthy(), Act.setImage("web", "shop:2")).run(HOUR);
    assertThat(trace.phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(trace.status().stableRS()).isEqualTo("shop2");
    assertThat(trace.end().sizes()).containsExactly(java.util.Map.entry("shop2", "4/4"));
    assertThat(trace.length()).isLessThan(Duration.ofMinutes(5));
  }

  @Test
  void aSeedGivesTheSameTraceAgain() {
    RolloutSimulation simulation =
        toy(7)
            .act(When.healthy(), Act.setImage("web", "shop:2"))
            .faults(List.of(new PlannedFault(ClusterFault.CONFLICT, 20_000, 0)));
    assertThat(simulation.run(HOUR).timeline()).isEqualTo(simulation.run(HOUR).timeline());
    assertThat(simulation.withSeed(8).run(HOUR).timeline())
        .isNotEqualTo(simulation.run(HOUR).timeline());
  }

  @Test
  void anUpdateThatWaitsForEverIsFound() {
    RolloutSimulation stuck =
        toy(1)
            .cluster(it -> it.version("shop:2", VersionModel.healthy().neverReady(1)))
            .act(When.healthy(), Act.setImage("web", "shop:2"));
    assertThatThrownBy(() -> stuck.run(HOUR))
        .isInstanceOfSatisfying(
            RolloutViolation.class,
            violation ->
                assertThat(violation.invariant()).isEqualTo(RolloutInvariant.ENDS_SOMEWHERE))
        .hasMessageContaining("when healthy: set image web=shop:2")
        .hasMessageContaining("canary shop2:1(0,0)");
  }
}
