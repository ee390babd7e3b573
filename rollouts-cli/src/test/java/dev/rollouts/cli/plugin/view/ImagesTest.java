package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.terminal.Screen;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which images are listed, and with which tags. */
class ImagesTest {
  private static final Look PLAIN = new Look(Screen.plain());
  private static final KubeObject CANARY =
      Objects.of(
          """
          metadata: {name: web, uid: r}
          spec: {strategy: {canary: {pingPong: {pingService: a, pongService: b}}}}
          status: {stableRS: old, currentPodHash: new, canary: {stablePingPong: ping}}
          """);
  private static final KubeObject EXPERIMENT =
      Objects.of("{metadata: {name: e, uid: e, ownerReferences: [{uid: r}]}}");

  private static KubeObject replicaSet(
      String owner, String hash, int replicas, String template, String... images) {
    StringBuilder containers = new StringBuilder();
    for (String image : images) {
      containers.append("{image: '").append(image).append("'}, ");
    }
    return Objects.of(
        """
        metadata:
          name: x-%2$s
          labels: {rollouts-pod-template-hash: %2$s}
          annotations: {experiment.argoproj.io/template-name: '%4$s'}
          ownerReferences: [{uid: %1$s}]
        spec: {template: {spec: {containers: [%5$s], initContainers: [{image: "init:1"}]}}}
        status: {replicas: %3$d}
        """
            .formatted(owner, hash, replicas, template, containers));
  }

  private static Scene scene(KubeObject... replicaSets) {
    return Scene.of(List.of(replicaSets), List.of(), List.of(EXPERIMENT), List.of());
  }

  @Test
  @DisplayName(
      "K-083 images of ReplicaSets with pods, of all their containers but those of the start, each once and by name")
  void images() {
    assertThat(
            Images.ofRollout(
                PLAIN,
                scene(
                    replicaSet("r", "new", 1, "", "web:2", "a-proxy:1"),
                    replicaSet("r", "gone", 0, "", "web:0"),
                    replicaSet("e", "tried", 2, "", "web:3"),
                    replicaSet("e", "done", 0, "", "web:4"),
                    replicaSet("somebody", "else", 1, "", "theirs:1")),
                CANARY))
        .containsExactly("a-proxy:1 (canary, pong)", "web:2 (canary, pong)", "web:3");
  }

  @Test
  @DisplayName(
      "K-084 tags of one ReplicaSet have an order of their own; of an image that several have, they are united and go by their letters")
  void tags() {
    KubeObject old = replicaSet("r", "old", 3, "", "web:1", "proxy:1");
    KubeObject current = replicaSet("r", "new", 1, "", "web:2", "proxy:1");
    assertThat(Images.ofRollout(PLAIN, scene(current, old), CANARY))
        .containsExactly(
            "proxy:1 (canary, ping, pong, stable)", "web:1 (stable, ping)", "web:2 (canary, pong)");
    assertThat(
            Images.ofRollout(
                PLAIN, scene(current, replicaSet("e", "tried", 1, "base", "web:2")), CANARY))
        .containsExactly("proxy:1 (canary, pong)", "web:2 (canary, pong, Σ:base)");
    KubeObject blueGreen =
        Objects.of(
            """
            metadata: {name: web, uid: r}
            spec: {strategy: {blueGreen: {activeService: a}}}
            status: {stableRS: old, blueGreen: {activeSelector: old, previewSelector: new}}
            """);
    assertThat(Images.ofRollout(PLAIN, scene(current, old), blueGreen))
        .containsExactly(
            "proxy:1 (active, preview, stable)", "web:1 (stable, active)", "web:2 (preview)");
  }

  @Test
  @DisplayName("K-085 without pods there is no line of images")
  void none() {
    List<String> lines =
        RolloutView.ofRollout(
            PLAIN, CANARY, scene(replicaSet("r", "new", 0, "", "web:2")), Instant.EPOCH);
    assertThat(lines).noneMatch(line -> line.startsWith("Images:"));
    int weight = lines.indexOf("  ActualWeight:  100");
    assertThat(lines.get(weight + 1)).isEqualTo("Replicas:");
  }
}
