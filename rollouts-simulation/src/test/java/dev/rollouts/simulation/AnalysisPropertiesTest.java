package dev.rollouts.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every invariant, after every decision, over random specs, scripts and faults. {@code
 * -Dsim.seeds=N} runs more seeds, {@code -Dsim.seed=S} one.
 */
@Tag("sim")
class AnalysisPropertiesTest {
  private static final Long ONE_SEED = Long.getLong("sim.seed");
  private static final long SEEDS = Math.max(1_000, Long.getLong("sim.seeds", 0));

  @Test
  void everyInvariantHoldsUnderEveryFaultAndHasManyChancesNotTo() {
    Map<Invariant, Long> chances = new EnumMap<>(Invariant.class);
    LongStream seeds = ONE_SEED == null ? LongStream.range(0, SEEDS) : LongStream.of(ONE_SEED);
    seeds.forEach(
        seed ->
            RandomAnalyses.simulation(seed)
                .swarm(Fault.values())
                .checking(Checks.ALL)
                .replayedBy(failing -> "to replay: ./dev sim --seed " + failing)
                .run(RandomAnalyses.length(seed))
                .chances()
                .forEach((invariant, count) -> chances.merge(invariant, count, Long::sum)));
    if (ONE_SEED == null) {
      for (Invariant invariant : Invariant.values()) {
        assertThat(chances.getOrDefault(invariant, 0L))
            .as("decisions in which %s could have failed", invariant)
            .isGreaterThan(20);
      }
    }
  }
}
