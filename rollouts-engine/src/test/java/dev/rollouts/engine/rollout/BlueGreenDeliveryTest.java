package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.RolloutPhase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BlueGreenDeliveryTest {
  private static World blueGreen(String options) {
    World world =
        new World(
            Manifests.rollout(
                """
                replicas: 3
                strategy:
                  blueGreen:
                    activeService: web-active
                    previewService: web-preview
                %s
                """
                    .formatted(options.indent(4).stripTrailing())));
    return world.service("web-active").service("web-preview").template("smoke");
  }

  @Test
  @DisplayName("R-044, R-490 The first revision is switched to without pause or analysis")
  void firstDeploy() {
    World world = blueGreen("autoPromotionEnabled: false").settle();

    assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
    assertThat(world.selected("web-active")).isEqualTo(world.revision(1).hash());
    assertThat(world.told())
        .containsExactly(
            "RolloutUpdated",
            "NewReplicaSetCreated",
            "SwitchService",
            "ScalingReplicaSet",
            "RolloutCompleted",
            "SwitchService");
  }

  @Test
  @DisplayName(
      "R-269, R-272, R-282 It pauses before the switch, and the old version goes 30 s after it")
  void pausesAndSwitches() {
    World world = blueGreen("autoPromotionEnabled: false").settle();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    assertThat(world.status().message()).isEqualTo("BlueGreenPause");
    assertThat(world.selected("web-preview")).isEqualTo(world.revision(2).hash());
    assertThat(world.selected("web-active")).isEqualTo(world.revision(1).hash());

    world.patch(status -> status.pauseConditions(List.of())).settle();
    assertThat(world.selected("web-active")).isEqualTo(world.revision(2).hash());
    assertThat(world.status().stableRS()).isEqualTo(world.revision(2).hash());
    assertThat(world.revision(1).replicas()).isEqualTo(3);
    world.pass(Duration.ofSeconds(31)).settle();
    assertThat(world.revision(1).replicas()).isZero();
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.HEALTHY);
  }

  @Test
  @DisplayName("R-347, R-351, R-275 Checks before and after the switch decide")
  void analyses() {
    World world =
        blueGreen(
                """
                prePromotionAnalysis:
                  templates: [{templateName: smoke}]
                postPromotionAnalysis:
                  templates: [{templateName: smoke}]
                """)
            .settle();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    String pre = "web-" + world.revision(2).hash() + "-2-pre";
    assertThat(world.runs).containsOnlyKeys(pre);
    assertThat(world.selected("web-active")).isEqualTo(world.revision(1).hash());

    world.finish(pre, AnalysisPhase.SUCCESSFUL, "").settle();
    assertThat(world.selected("web-active")).isEqualTo(world.revision(2).hash());
    String post = "web-" + world.revision(2).hash() + "-2-post";
    assertThat(world.runs).containsKey(post);
    assertThat(world.status().stableRS()).isEqualTo(world.revision(1).hash());

    world.finish(post, AnalysisPhase.FAILED, "too slow").settle();
    assertThat(world.selected("web-active")).isEqualTo(world.revision(1).hash());
    assertThat(world.status().phase()).isEqualTo(RolloutPhase.DEGRADED);
    assertThat(world.status().message())
        .isEqualTo(
            "RolloutAborted: Rollout aborted update to revision 2: Blue/green post-promotion analysis phase error/failed: too slow");
  }

  @Test
  @DisplayName("R-264, R-267 A preview starts small and grows when it was judged")
  void previewReplicaCount() {
    World world = blueGreen("previewReplicaCount: 1\nautoPromotionEnabled: false").settle();
    world.image("web:2").pass(Duration.ofMinutes(1)).settle();
    assertThat(world.revision(2).replicas()).isEqualTo(1);

    world.patch(status -> status.pauseConditions(List.of())).settle();
    assertThat(world.revision(2).replicas()).isEqualTo(3);
    assertThat(world.selected("web-active")).isEqualTo(world.revision(2).hash());
  }
}
