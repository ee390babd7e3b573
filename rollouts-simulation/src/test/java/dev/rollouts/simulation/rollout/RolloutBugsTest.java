package dev.rollouts.simulation.rollout;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the harness: a mistake in the rollout engine must not go unnoticed. */
@Tag("sim")
class RolloutBugsTest {
  private static final long SEEDS = 2_000;

  @ParameterizedTest
  @EnumSource
  void aPlantedBugIsFoundAndItsHistoryCanBeReplayed(RolloutBug bug) {
    for (long seed = 0; seed < SEEDS; seed++) {
      RolloutViolation violation = violation(bug, seed);
      if (violation != null) {
        assertThat(violation.invariant()).isIn(bug.broken());
        assertThat(violation)
            .hasMessageContaining("./dev sim --history " + seed)
            .hasMessage(requireNonNull(violation(bug, seed)).getMessage());
        return;
      }
    }
    fail("%d histories did not find %s", SEEDS, bug);
  }

  private static @Nullable RolloutViolation violation(RolloutBug bug, long seed) {
    try {
      History.of(seed).run(bug);
      return null;
    } catch (RolloutViolation violation) {
      return violation;
    }
  }
}
