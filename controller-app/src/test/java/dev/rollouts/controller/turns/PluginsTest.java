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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  private static final Duration QUICK = Duration.ofMillis(300);
  private static final Duration PATIENT = Duration.ofSeconds(60);

  private static Plugins plugins(StepPlugin plugin, Duration limit) {
    return new Plugins(Map.of("acme/step", plugin), Map.of(), limit, List.of("bad.jar: no jar"));
  }

  private static ClusterAnswer.StepPluginAnswered call(StepPlugin plugin, String name) {
    return call(plugin, name, PATIENT);
  }

  private static ClusterAnswer.StepPluginAnswered call(
      StepPlugin plugin, String name, Duration limit) {
    try (Plugins plugins = plugins(plugin, limit)) {
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
                    "acme/step",
                    QUICK)
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
    assertThat(answer.error()).contains("acme/other", "acme/step", "bad.jar: no jar");
  }

  @Test
  void namesOfPlugins() {
    try (Plugins plugins = plugins(plugin(call -> null), PATIENT)) {
      assertThat(plugins.stepNames()).containsExactly("acme/step");
    }
  }

  private static final class Mute extends Error {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new Mute();
    }
  }

  private static StepPlugin.Result deep(int depth) {
    return depth < 0
        ? StepPlugin.Result.successful("the stack has no end", JsonObject.empty())
        : deep(depth + 1);
  }

  static List<Named<Step>> hostile() {
    JsonObject none = JsonObject.empty();
    return List.of(
        Named.of(
            "Mute",
            call -> {
              throw new Mute();
            }),
        Named.of("StackOverflowError", call -> deep(0)),
        Named.of(
            "NoClassDefFoundError",
            call -> {
              throw new NoClassDefFoundError("acme/Gone");
            }),
        Named.of("without a phase", call -> new StepPlugin.Result(null, "", null, none)),
        Named.of(
            "the most",
            call ->
                StepPlugin.Result.running(
                    "", null, JsonObject.of(Map.of("a", "x".repeat(10_000_000))))),
        Named.of(
            "JSON has no value like Object",
            call -> StepPlugin.Result.running("", null, JsonObject.of(Map.of("a", new Object())))),
        Named.of(
            "did not answer within",
            call -> {
              while (true) {
                Thread.onSpinWait();
                if (Thread.interrupted()) {
                  return null;
                }
              }
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  @DisplayName("R-557 Whatever a plugin does, it is an error that names it")
  void hostile(Step step, TestInfo info) {
    boolean hangs = info.getDisplayName().contains("did not answer");
    ClusterAnswer.StepPluginAnswered answer =
        call(plugin(step), "acme/step", hangs ? QUICK : PATIENT);
    assertThat(answer.error())
        .startsWith("plugin \"acme/step\"")
        .contains(info.getDisplayName())
        .hasSizeLessThan(5000);
    assertThat(answer.infrastructure()).isFalse();
    assertThat(answer.status()).isEqualTo(JsonObject.empty());
  }

  @Test
  @DisplayName("R-556 What a plugin says is cut to what a status can hold")
  void novel() {
    ClusterAnswer.StepPluginAnswered answer =
        call(
            plugin(
                call ->
                    StepPlugin.Result.running(
                        "x".repeat(10_000_000),
                        Duration.ofSeconds(Long.MAX_VALUE),
                        JsonObject.empty())),
            "acme/step");
    assertThat(answer.error()).isNull();
    assertThat(answer.message()).hasSize(4096);
    assertThat(answer.requeueAfter()).isEqualTo(Duration.ofDays(365));
    assertThat(
            call(
                    plugin(
                        call -> {
                          throw new IllegalStateException("x".repeat(10_000_000));
                        }),
                    "acme/step")
                .error())
        .hasSizeLessThan(5000);
    assertThat(
            call(
                    plugin(
                        call ->
                            new StepPlugin.Result(StepPlugin.Phase.SUCCESSFUL, null, null, null)),
                    "acme/step")
                .phase())
        .isEqualTo("Successful");
  }

  private static String error(Plugins plugins) {
    return String.valueOf(
        ((ClusterAnswer.StepPluginAnswered)
                plugins.call(
                    ROLLOUT,
                    new ClusterEffect.CallStepPlugin(
                        0, "acme/step", "Run", JsonObject.empty(), JsonObject.empty())))
            .error());
  }

  @Test
  @DisplayName("R-557 A plugin that never returns is called no more, until it does")
  void stuck() throws InterruptedException {
    CountDownLatch mercy = new CountDownLatch(1);
    StepPlugin deaf =
        plugin(
            call -> {
              while (mercy.getCount() > 0) {
                try {
                  mercy.await();
                } catch (InterruptedException ignored) {
                  // It does not listen.
                }
              }
              return StepPlugin.Result.successful("at last", JsonObject.empty());
            });
    try (Plugins plugins = plugins(deaf, QUICK)) {
      for (int i = 0; i < 4; i++) {
        assertThat(error(plugins)).contains("did not answer within");
      }
      assertThat(error(plugins)).contains("acme/step", "has not returned from 4 calls");
      mercy.countDown();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      String error = error(plugins);
      while (!error.equals("null") && System.nanoTime() < end) {
        Thread.sleep(20);
        error = error(plugins);
      }
      assertThat(error).isEqualTo("null");
    }
  }

  @Test
  @DisplayName("A plugin that leaves ever more threads running is called no more, until they end")
  void leaking() throws InterruptedException {
    CountDownLatch mercy = new CountDownLatch(1);
    StepPlugin leaky =
        plugin(
            call -> {
              for (int i = 0; i < 40; i++) {
                Thread thread =
                    new Thread(
                        () -> {
                          try {
                            mercy.await();
                          } catch (InterruptedException stopping) {
                            Thread.currentThread().interrupt();
                          }
                        });
                thread.setDaemon(true);
                thread.start();
              }
              return StepPlugin.Result.running("", null, JsonObject.empty());
            });
    try (Plugins plugins = plugins(leaky, PATIENT)) {
      assertThat(error(plugins)).isEqualTo("null");
      assertThat(error(plugins)).isEqualTo("null");
      assertThat(error(plugins)).contains("acme/step", "has 80 threads of its own running");
      mercy.countDown();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      String error = error(plugins);
      while (!error.equals("null") && System.nanoTime() < end) {
        Thread.sleep(20);
        error = error(plugins);
      }
      assertThat(error).isEqualTo("null");
    }
  }
}
