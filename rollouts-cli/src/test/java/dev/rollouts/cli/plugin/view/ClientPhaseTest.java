package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientPhaseTest {
  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{metadata: {generation: 3}, status: {observedGeneration: '2', phase: Healthy}}|Progressing - waiting for rollout spec update to be observed",
        "{metadata: {generation: 3}, status: {observedGeneration: '3', phase: Healthy}}|Healthy",
        "{metadata: {generation: 3}, status: {observedGeneration: '4', phase: Healthy}}|Healthy",
        "{metadata: {generation: 3}, status: {observedGeneration: 6f8b, phase: Healthy}}|Healthy",
        "{status: {controllerPause: true, phase: Paused, message: CanaryPauseStep}}|Progressing - waiting for rollout to unpause",
        "{status: {controllerPause: true, pauseConditions: [{reason: CanaryPauseStep}], phase: Paused, message: CanaryPauseStep}}|Paused - CanaryPauseStep",
        "{status: {phase: Odd, message: of a later version}}|Odd - of a later version",
        "{status: {conditions: [{type: InvalidSpec, reason: InvalidSpec, message: bad}]}}|Degraded - InvalidSpec: bad",
        "{status: {conditions: [{type: Progressing, reason: RolloutAborted, message: gone}]}}|Degraded - RolloutAborted: gone",
        "{status: {conditions: [{type: Progressing, reason: ProgressDeadlineExceeded, message: late}]}}|Degraded - ProgressDeadlineExceeded: late",
        "{spec: {paused: true}}|Paused - manually paused",
        "{status: {pauseConditions: [{reason: BlueGreenPause, startTime: '2026-01-01T00:00:00Z'}]}}|Paused - BlueGreenPause",
        "{spec: {restartAt: '2026-01-01T00:00:00Z'}}|Progressing - rollout is restarting",
        "{spec: {replicas: 2}, status: {updatedReplicas: 1}}|Progressing - more replicas need to be updated",
        "{spec: {replicas: 2}, status: {updatedReplicas: 2, availableReplicas: 1}}|Progressing - updated replicas are still becoming available",
        "{spec: {replicas: 0, strategy: {blueGreen: {activeService: a}}}, status: {currentPodHash: x}}|Progressing - active service cutover pending",
        "{spec: {replicas: 0, strategy: {blueGreen: {activeService: a, postPromotionAnalysis: {templates: []}}}}, status: {currentPodHash: x, blueGreen: {activeSelector: x}}}|Progressing - waiting for analysis to complete",
        "{spec: {replicas: 0, strategy: {blueGreen: {activeService: a}}}, status: {currentPodHash: x, blueGreen: {activeSelector: x}}}|Progressing - waiting for post-promotion verification to complete",
        "{spec: {replicas: 0, strategy: {canary: {}}}, status: {replicas: 1}}|Progressing - old replicas are pending termination",
        "{spec: {replicas: 0, strategy: {canary: {}}}, status: {currentPodHash: x, stableRS: y}}|Progressing - waiting for all steps to complete",
        "{spec: {replicas: 0, strategy: {canary: {}}}, status: {currentPodHash: x, stableRS: x}}|Healthy",
      })
  @DisplayName("K §5 the phase as the client sees it")
  void phases(String rollout, String line) {
    assertThat(ClientPhase.of(Objects.of(rollout)).line()).isEqualTo(line);
  }
}
