package dev.rollouts.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the harness: a mistake in the engine must not go unnoticed. */
class PlantedBugsTest {
  private static final long SEEDS = 2_000;

  @ParameterizedTest
  @EnumSource
  void aPlantedBugIsFoundAndItsSeedCanBeReplayed(PlantedBug bug) {
    for (long seed = 0; seed < SEEDS; seed++) {
      InvariantViolation violation = violation(bug, seed);
      if (violation != null) {
        assertThat(violation)
            .hasMessageContaining("seed " + seed)
            .hasMessageContaining("0:00:00")
            .extracting(InvariantViolation::invariant)
            .isEqualTo(requireNonNull(violation(bug, seed)).invariant());
        return;
      }
    }
    fail("%d seeds did not find %s", SEEDS, bug);
  }

  private static @Nullable InvariantViolation violation(PlantedBug bug, long seed) {
    try {
      RandomAnalyses.simulation(seed)
          .decidedBy(bug)
          .swarm(Fault.values())
          .run(RandomAnalyses.length(seed));
      return null;
    } catch (InvariantViolation violation) {
      return violation;
    }
  }
}
