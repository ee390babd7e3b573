package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsTest {
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{metadata: {generation: 2}, spec: {replicas: 0}, status: {observedGeneration: 1}}|Progressing",
        "{spec: {replicas: 1}, status: {conditions: [{type: ReplicaFailure, status: 'True'}]}}|ReplicaFailure",
        "{spec: {replicas: 1}, status: {conditions: [{type: ReplicaFailure, status: 'False'}]}}|Progressing",
        "{spec: {replicas: 2}, status: {availableReplicas: 1}}|Progressing",
        "{spec: {replicas: 0}}|ScaledDown",
        "{spec: {replicas: 2}, status: {availableReplicas: 2}}|Healthy",
        "{status: {availableReplicas: 1}}|Healthy",
      })
  @DisplayName("K §4.4 the word of a ReplicaSet")
  void replicaSets(String replicaSet, String word) {
    assertThat(Rows.replicaSetStatus(Objects.of(replicaSet))).isEqualTo(word);
  }
}
