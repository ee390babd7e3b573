package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.terminal.Screen;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands behind ReplicaSets and runs. */
class InfoTest {
  private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");
  private static final Look PLAIN = new Look(Screen.plain());

  private static String infoOf(KubeObject rollout, String annotations) {
    KubeObject replicaSet =
        Objects.of(
            """
            metadata:
              name: set
              labels: {rollouts-pod-template-hash: x}
              annotations: {%s}
              ownerReferences: [{uid: r}]
            """
                .formatted(annotations));
    Scene scene = Scene.of(List.of(replicaSet), List.of(), List.of(), List.of());
    List<String> lines = TreeTable.lines(PLAIN, new Rows(PLAIN, scene, NOW).rollout(rollout));
    return lines.get(lines.size() - 1).substring(lines.get(0).indexOf("INFO"));
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "canary: {}|stableRS: x|-|stable",
        "canary: {}|currentPodHash: x|-|canary",
        "canary: {pingPong: {}}|stableRS: x, canary: {stablePingPong: ping}|-|stable,ping",
        "canary: {pingPong: {}}|currentPodHash: x, canary: {stablePingPong: ping}|-|canary,pong",
        "blueGreen: {}|stableRS: x, blueGreen: {activeSelector: x}|-|stable,active",
        "blueGreen: {}|blueGreen: {previewSelector: x}|scale-down-deadline: '2026-05-01T10:00:17Z'|preview,delay:17s",
        "canary: {}|-|scale-down-deadline: '2026-05-01T10:08:33Z'|delay:8m33s",
        "canary: {}|-|scale-down-deadline: '2026-05-01T09:59:59Z'|delay:passed",
        "canary: {}|-|scale-down-deadline: 'at noon'|delay:",
        "canary: {}|-|scale-down-deadline: ''|-",
      })
  @DisplayName(
      "K-100 of a ReplicaSet: stable first, then what else it is, then when it is scaled down")
  void replicaSets(String strategy, String status, String annotation, String info) {
    KubeObject rollout =
        Objects.of(
            "{metadata: {name: web, uid: r}, spec: {strategy: {%s}}, status: {%s}}"
                .formatted(strategy, status == null ? "" : status));
    assertThat(infoOf(rollout, annotation == null ? "" : annotation))
        .isEqualTo(info == null ? "" : info);
  }

  @Test
  @DisplayName(
      "K-101 of a run: what its measurements came to, over all metrics, dry runs among them; nothing of which there is none")
  void runs() {
    assertThat(
            Rows.tallies(
                PLAIN,
                Objects.of(
                    """
                    status:
                      metricResults:
                      - {name: a, count: 9, successful: 3, failed: 1, error: 0}
                      - {name: b, count: 2, successful: 1, dryRun: true}
                      - {name: c, count: 5, inconclusive: 5, error: 2, consecutiveError: 7}
                    """)))
        .isEqualTo("✔ 4,✖ 1,? 5,⚠ 2");
    assertThat(Rows.tallies(PLAIN, Objects.of("{status: {metricResults: [{name: a, failed: 2}]}}")))
        .isEqualTo("✖ 2");
    assertThat(Rows.tallies(PLAIN, Objects.of("{status: {phase: Running}}"))).isEmpty();
  }
}
