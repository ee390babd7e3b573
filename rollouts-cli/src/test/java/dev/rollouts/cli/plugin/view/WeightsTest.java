package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightsTest {
  private static final String STEPS =
      "steps: [{pause: {}}, {setWeight: 20}, {pause: {}}, {setWeight: 60}]";

  @ParameterizedTest(name = "{0} {1}: step {2}, set {3}, actual {4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "|currentStepIndex: 0, availableReplicas: 5|0/4|0|20",
        "|currentStepIndex: 1, availableReplicas: 5|1/4|20|20",
        "|currentStepIndex: 2, availableReplicas: 5|2/4|20|20",
        "|currentStepIndex: 2, availableReplicas: 3|2/4|20|33",
        "|currentStepIndex: 3, availableReplicas: 0|3/4|60|0",
        "|currentStepIndex: 4, availableReplicas: 5|4/4|100|100",
        "|currentStepIndex: 1, abort: true, availableReplicas: 5|1/4|0|20",
        "|availableReplicas: 5|-|0|20",
        "trafficRouting: {nginx: {}}|currentStepIndex: 1, availableReplicas: 5|1/4|20|20",
        "trafficRouting: {nginx: {}}|currentStepIndex: 1, availableReplicas: 5, canary: {weights: {canary: {weight: 7}}}|1/4|20|7",
        "trafficRouting: {maxTrafficWeight: 1000}|currentStepIndex: 4|4/4|1000|1000",
      })
  @DisplayName("K-080, K-081, K-082 step, wanted and actual weight")
  void weights(String routing, String status, String step, long set, long actual) {
    Strategy strategy =
        new Strategy(
            Objects.of(
                "{spec: {strategy: {canary: {%s%s}}}, status: {%s}}"
                    .formatted(STEPS, routing == null ? "" : ", " + routing, status)));
    assertThat(strategy.step()).isEqualTo(step == null ? "" : step);
    assertThat(strategy.setWeight()).isEqualTo(set);
    assertThat(strategy.actualWeight(1)).isEqualTo(actual);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "canary: {}|100",
        "canary: {steps: []}|100",
        "canary: {steps: [{pause: {}}, {setWeight: 5}]}|0",
        "canary: {steps: [{setWeight: 0}]}|0",
        "canary: {trafficRouting: {maxTrafficWeight: 1000}}|1000",
      })
  @DisplayName("K-081, K-082 without steps all is wanted; before the first weight nothing is")
  void withoutSteps(String strategy, long set) {
    Strategy read = new Strategy(Objects.of("{spec: {strategy: {%s}}}".formatted(strategy)));
    assertThat(read.setWeight()).isEqualTo(set);
    assertThat(read.step()).isEmpty();
  }
}
