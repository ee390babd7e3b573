package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Phase and message, which follow from spec and status: docs/spec/rollout.md#phase. */
class PhaseTest {
  private static final String HEALTHY =
      """
      {currentPodHash: b, stableRS: b, replicas: 5, updatedReplicas: 5, readyReplicas: 5,
       availableReplicas: 5, blueGreen: {activeSelector: b}}
      """;

  private static final Map<String, String> STRATEGIES =
      Map.of(
          "basic", "canary: {}",
          "routed",
              "canary: {canaryService: c, stableService: s, trafficRouting: {nginx: {stableIngress: web}}}",
          "blueGreen", "blueGreen: {activeService: web}",
          "checked",
              "blueGreen: {activeService: web, postPromotionAnalysis: {templates: [{templateName: smoke}]}}");

  private static Map<?, ?> tree(String status) {
    return (Map<?, ?>)
        Codec.standard()
            .read("status", "kind: Rollout\nstatus: " + status)
            .get(0)
            .tree()
            .get("status");
  }

  /** A healthy status, but for what is named. */
  private static RolloutStatus but(String changes) {
    Map<Object, Object> merged = new LinkedHashMap<>(tree(HEALTHY));
    merged.putAll(tree("{" + changes + "}"));
    return Wire.decode(RolloutStatus.class, merged).value();
  }

  @ParameterizedTest(name = "{0} {1} {2} {3}: {4}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-465|basic|''|''|Healthy",
        "R-465|blueGreen|''|''|Healthy",
        "R-463|basic|''|conditions: [{type: InvalidSpec, status: \"True\", reason: InvalidSpec, message: bad}]|Degraded InvalidSpec: bad",
        "R-463|basic|''|conditions: [{type: Progressing, status: \"False\", reason: RolloutAborted, message: bad}]|Degraded RolloutAborted: bad",
        "R-463|basic|''|conditions: [{type: Progressing, status: \"False\", reason: ProgressDeadlineExceeded, message: bad}]|Degraded ProgressDeadlineExceeded: bad",
        "R-463|basic|''|conditions: [{type: Progressing, status: \"False\", reason: RolloutAborted, message: a}, {type: InvalidSpec, status: \"True\", reason: InvalidSpec, message: b}]|Degraded RolloutAborted: a",
        "R-463|basic|paused: true|conditions: [{type: Progressing, status: \"False\", reason: RolloutAborted, message: a}]|Degraded RolloutAborted: a",
        "R-212|basic|paused: true|pauseConditions: [{reason: CanaryPauseStep, startTime: 2026-01-01T00:00:00Z}]|Paused manually paused",
        "R-465|basic|''|pauseConditions: [{reason: CanaryPauseStep, startTime: 2026-01-01T00:00:00Z}, {reason: InconclusiveAnalysisRun, startTime: 2026-01-01T00:00:00Z}]|Paused CanaryPauseStep",
        "R-460|basic|restartAt: 2030-01-01T00:00:00Z|''|Progressing rollout is restarting",
        "R-460|basic|restartAt: 2020-01-01T00:00:00Z|restartedAt: 2020-01-01T00:00:00Z|Healthy",
        "R-460|basic|restartAt: 2020-01-01T00:00:00Z|updatedReplicas: 4|Progressing rollout is restarting",
        "R-461|basic|''|updatedReplicas: 4|Progressing more replicas need to be updated",
        "R-461|blueGreen|''|updatedReplicas: 4, availableReplicas: 3|Progressing more replicas need to be updated",
        "R-461|basic|''|availableReplicas: 4|Progressing updated replicas are still becoming available",
        "R-465|blueGreen|''|blueGreen: {activeSelector: a}|Progressing active service cutover pending",
        "R-465|blueGreen|''|blueGreen: {}|Progressing active service cutover pending",
        "R-465|checked|''|stableRS: a|Progressing waiting for analysis to complete",
        "R-465|checked|''|stableRS: a, blueGreen: {activeSelector: b, postPromotionAnalysisRunStatus: {name: r, status: Running}}|Progressing waiting for analysis to complete",
        "R-465|checked|''|stableRS: a, blueGreen: {activeSelector: b, postPromotionAnalysisRunStatus: {name: r, status: Successful}}|Progressing waiting for post-promotion verification to complete",
        "R-465|blueGreen|''|stableRS: a|Progressing waiting for post-promotion verification to complete",
        "R-465|basic|''|replicas: 6|Progressing old replicas are pending termination",
        "R-462|routed|''|replicas: 10, availableReplicas: 10|Healthy",
        "R-462|blueGreen|''|replicas: 10|Healthy",
        "R-465|basic|''|stableRS: a|Progressing waiting for all steps to complete",
        "R-465|routed|''|stableRS: ''|Progressing waiting for all steps to complete",
        "R-465|basic|''|replicas: 6, stableRS: a|Progressing old replicas are pending termination",
      })
  void theFirstRowThatApplies(
      String rule, String strategy, String spec, String changes, String phase) {
    String text = "replicas: 5\nstrategy: {%s}\n%s\n".formatted(STRATEGIES.get(strategy), spec);
    Phase found = Phase.of(Manifests.rollout(text), but(changes));
    assertThat((found.phase().wireName() + " " + found.message()).strip())
        .as(rule)
        .isEqualTo(phase);
  }

  @Test
  @DisplayName("R-465 There are four phases")
  void phases() {
    assertThat(Stream.of(RolloutPhase.values()).map(RolloutPhase::wireName))
        .containsExactlyInAnyOrder("Healthy", "Degraded", "Progressing", "Paused");
  }
}
