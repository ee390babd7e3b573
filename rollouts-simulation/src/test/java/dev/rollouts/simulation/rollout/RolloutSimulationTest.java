package dev.rollouts.simulation.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.cluster.VersionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
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
  @DisplayName(
      "R-521 What is refused is tried again with growing delays, and a success resets them")
  void refusedWrites() {
    List<PlannedFault> refusals = new ArrayList<>(Collections.nCopies(12, refusal(0)));
    refusals.add(refusal(60_000));
    RolloutTrace trace =
        RolloutSimulation.of(Rollouts.rollout(4, "canary: {}"), 1)
            .act(When.at(Duration.ofMinutes(1)), Act.setImage("web", "shop:2"))
            .faults(refusals)
            .run(HOUR);
    List<Duration> times =
        trace.rows().stream()
            .filter(row -> row.happenings().toString().contains("fault"))
            .map(RolloutTrace.Row::elapsed)
            .toList();
    assertThat(times).hasSize(13);
    Duration last = Duration.ZERO;
    for (int i = 1; i < 12; i++) {
      Duration gap = times.get(i).minus(times.get(i - 1));
      assertThat(gap).isGreaterThan(last);
      last = gap;
    }
    assertThat(last).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
    Duration next =
        trace.rows().stream()
            .map(RolloutTrace.Row::elapsed)
            .filter(each -> each.compareTo(times.get(12)) > 0)
            .findFirst()
            .orElseThrow();
    assertThat(next.minus(times.get(12))).isLessThan(Duration.ofMillis(100));
    assertThat(trace.phase()).isEqualTo(RolloutPhase.HEALTHY);
  }

  private static PlannedFault refusal(long at) {
    return new PlannedFault(ClusterFault.REFUSED, at, 0);
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
