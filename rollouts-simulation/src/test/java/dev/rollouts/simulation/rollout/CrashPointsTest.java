package dev.rollouts.simulation.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.simulation.Checks;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wherever the controller dies, its successor gets to the same place. */
class CrashPointsTest {
  static Stream<Arguments> corpus() {
    Map<String, RolloutSimulation> all = Corpus.all();
    return all.entrySet().stream().map(each -> Arguments.of(each.getKey(), each.getValue()));
  }

  @ParameterizedTest(name = "R-525 {0}")
  @MethodSource("corpus")
  void deathAfterAnyWriteChangesNothingInTheEnd(String name, RolloutSimulation simulation) {
    CrashPoints.Report report =
        CrashPoints.enumerate(
            simulation.recorded(false).checking(Checks.SAMPLED), Duration.ofHours(2));
    assertThat(report.differences()).isEmpty();
    assertThat(report.points()).isGreaterThan(15);
  }
}
