package dev.rollouts.controller.turns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.plugin.StepPlugin;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PluginsTest {
  private static final Rollout ROLLOUT =
      Wire.decode(Rollout.class, Map.of("metadata", Map.of("name", "web", "namespace", "ns")))
          .value();

  private interface Step {
    StepPlugin.Result take(StepPlugin.Call call) throws Exception;
  }

  private static StepPlugin plugin(Step step) {
    return new StepPlugin() {
      @Override
      public String name() {
        return "acme/step";
      }

      @Override
      public Result run(Call call) throws Exception {
        return step.take(call);
      }
    };
  }

  private static ClusterAnswer.StepPluginAnswered call(StepPlugin plugin, String name) {
    try (Plugins plugins = new Plugins(List.of(plugin), List.of(), Duration.ofMillis(300))) {
      return (ClusterAnswer.StepPluginAnswered)
          plugins.call(
              ROLLOUT,
              new ClusterEffect.CallStepPlugin(
                  0, name, "Run", JsonObject.of(Map.of("a", 1)), JsonObject.empty()));
    }
  }

  @Test
  @DisplayName("R-555, R-557 A plugin gets its configuration, and what it says is the answer")
  void answers() {
    ClusterAnswer.StepPluginAnswered answer =
        call(
            plugin(
                call ->
                    StepPlugin.Result.running(
                        call.rollout() + call.config().at("a"),
                        Duration.ofMinutes(1),
                        JsonObject.of(Map.of("seen", true)))),
            "acme/step");
    assertThat(answer.phase()).isEqualTo("Running");
    assertThat(answer.message()).isEqualTo("web1");
    assertThat(answer.requeueAfter()).isEqualTo(Duration.ofMinutes(1));
    assertThat(answer.status().at("seen")).isEqualTo(true);
    assertThat(answer.error()).isNull();
  }

  @Test
  @DisplayName("R-557 What a plugin throws is its error")
  void throwing() {
    ClusterAnswer.StepPluginAnswered answer =
        call(
            plugin(
                call -> {
                  throw new IllegalStateException("no");
                }),
            "acme/step");
    assertThat(answer.error()).contains("acme/step", "no");
    assertThat(answer.infrastructure()).isFalse();
  }

  @Test
  @DisplayName("R-557 A plugin that hangs is given up, and one that answers nothing said so")
  void hangingAndSilent() {
    assertThat(
            call(
                    plugin(
                        call -> {
                          Thread.sleep(60_000);
                          return null;
                        }),
                    "acme/step")
                .error())
        .contains("did not answer within");
    assertThat(call(plugin(call -> null), "acme/step").error()).contains("answered nothing");
  }

  @Test
  @DisplayName(
      "R-563 A plugin that is not there is an error of the controller, which says what there is")
  void absent() {
    ClusterAnswer.StepPluginAnswered answer = call(plugin(call -> null), "acme/other");
    assertThat(answer.infrastructure()).isTrue();
    assertThat(answer.error()).contains("acme/other", "acme/step");
  }

  @Test
  void namesOfPlugins() {
    try (Plugins plugins =
        new Plugins(List.of(plugin(call -> null)), List.of(), Duration.ofSeconds(1))) {
      assertThat(plugins.stepNames()).containsExactly("acme/step");
    }
  }
}
