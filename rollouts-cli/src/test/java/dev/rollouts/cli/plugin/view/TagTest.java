package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagTest {
  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "canary: {}|stableRS: x, currentPodHash: x|stable",
        "canary: {}|stableRS: y, currentPodHash: x|canary",
        "canary: {}|stableRS: y, currentPodHash: z|-",
        "canary: {pingPong: {}}|stableRS: x, canary: {stablePingPong: ping}|stable,ping",
        "canary: {pingPong: {}}|stableRS: x|stable,pong",
        "canary: {pingPong: {}}|stableRS: y, currentPodHash: x, canary: {stablePingPong: ping}|canary,pong",
        "canary: {pingPong: {}}|stableRS: y, currentPodHash: x, canary: {stablePingPong: pong}|canary,ping",
        "blueGreen: {}|stableRS: x, blueGreen: {activeSelector: x, previewSelector: x}|stable,active",
        "blueGreen: {}|stableRS: y, blueGreen: {activeSelector: y, previewSelector: x}|preview",
        "blueGreen: {}|stableRS: x, blueGreen: {activeSelector: y, previewSelector: y}|stable",
        "blueGreen: {}|stableRS: y, currentPodHash: x|-",
      })
  @DisplayName("K §4.2 what a ReplicaSet is to its rollout")
  void tags(String strategy, String status, String tags) {
    assertThat(
            Tag.of(
                    Objects.of(
                        "{spec: {strategy: {%s}}, status: {%s}}".formatted(strategy, status)),
                    Objects.of("{metadata: {labels: {rollouts-pod-template-hash: x}}}"))
                .stream()
                .map(Tag::word)
                .collect(Collectors.joining(",")))
        .isEqualTo(tags == null ? "" : tags);
  }
}
