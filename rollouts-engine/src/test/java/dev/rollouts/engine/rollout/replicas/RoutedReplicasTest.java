package dev.rollouts.engine.rollout.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.CanaryStep;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutedReplicasTest {
  private static final List<CanaryStep> STEPS =
      List.of(CanaryStep.ofWeight(20), CanaryStep.ofWeight(50), CanaryStep.ofWeight(80));

  @ParameterizedTest(name = "{0} weight {1} of {3} with {2} replicas needs {4}")
  @CsvSource({
    "R-112, 5, 10, 100, 1",
    "R-112, 25, 10, 100, 3",
    "R-112, 50, 10, 100, 5",
    "R-112, 5, 10, 1000, 1",
    "R-102, 0, 10, 100, 0",
    "R-100, 100, 10, 100, 10",
    "R-100, 1, 3, 100, 1",
  })
  void roundsUp(String rule, int weight, int replicas, int maxWeight, int needed) {
    assertThat(RoutedReplicas.needed(weight, replicas, maxWeight)).isEqualTo(needed);
  }

  @ParameterizedTest(name = "{0} {1} pods, at least {2} of {3}: {4}")
  @CsvSource({
    "R-104, 1, 2, 10, 2",
    "R-104, 0, 2, 10, 0",
    "R-104, 5, 2, 10, 5",
    "R-104, 1, 20, 10, 10",
  })
  void keepsAFloor(String rule, int count, int minPods, int replicas, int expected) {
    assertThat(RoutedReplicas.atLeast(count, minPods, replicas)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} stable {1}, canary {2}, by stable alone {3}: weight {4}")
  @CsvSource({
    "R-106, 2, 8, false, 50",
    "R-106, 5, 8, false, 50",
    "R-106, 5, 5, false, 20",
    "R-106, 8, 5, false, 20",
    "R-106, 8, 2, false, 0",
    "R-106, 10, 2, false, 0",
    "R-106, 2, 8, true, 50",
    "R-106, 8, 8, true, 0",
    "R-106, 10, 8, true, 0",
  })
  void retreatsStepByStep(String rule, int stable, int canary, boolean alone, int weight) {
    assertThat(RoutedReplicas.reverseStepWeight(STEPS, 10, 100, stable, canary, 0, alone))
        .isEqualTo(weight);
  }
}
