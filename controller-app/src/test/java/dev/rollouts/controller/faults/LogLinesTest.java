package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.codec.Json;
import dev.rollouts.testcluster.TestCluster;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program writes while a Rollout is updated, promoted, updated again and aborted. */
@Tag("it")
class LogLinesTest {
  private static final String ROLLOUT =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: shop}
      spec:
        replicas: 1
        selector: {matchLabels: {app: shop}}
        template:
          metadata: {labels: {app: shop}}
          spec: {containers: [{name: web, image: "shop:1"}]}
        strategy: {canary: {steps: [{setWeight: 50}, {pause: {}}]}}
      """;

  private static void await(LiveCluster live, ControllerProgram controller, String phase)
      throws InterruptedException {
    Waiting.until(
        () ->
            live.rollout().statusOrEmpty().phase() != null
                && String.valueOf(live.rollout().statusOrEmpty().phase().wireName()).equals(phase)
                && Long.toString(live.rollout().metadata().generation())
                    .equals(live.rollout().statusOrEmpty().observedGeneration()),
        () -> live.rollout().status() + "\n" + controller.log());
  }

  private static void update(LiveCluster live, ControllerProgram controller, String image)
      throws InterruptedException {
    live.image(image);
    await(live, controller, "Paused");
  }

  private static void deliver(LiveCluster live, ControllerProgram controller)
      throws InterruptedException {
    live.applyText(ROLLOUT);
    await(live, controller, "Healthy");
    update(live, controller, "shop:2");
    Map<String, @Nullable Object> promoted = new LinkedHashMap<>();
    promoted.put("pauseConditions", null);
    live.patchStatus(promoted);
    await(live, controller, "Healthy");
    update(live, controller, "shop:3");
    live.patchStatus(Map.of("abort", true));
    await(live, controller, "Degraded");
  }

  @Test
  @DisplayName(
      "O-090, O-091, O-093 One line per message as JSON, with the fields that people search by")
  void lines(@TempDir Path folder) throws InterruptedException {
    TestCluster cluster = TestCluster.shared();
    try (LiveCluster live = new LiveCluster(cluster, "shop");
        ControllerProgram controller =
            ControllerProgram.start(
                folder,
                "controller",
                cluster.controlPlane().kubeconfigFor("controller", "system:masters"),
                live.namespace(),
                List.of("--metricsPort=-1", "--loglevel=debug", "--logformat=json"))) {
      deliver(live, controller);
      Waiting.until(
          () -> controller.log().contains("\"event_reason\":\"RolloutAborted\""), controller::log);
      List<Map<?, ?>> lines =
          controller
              .log()
              .lines()
              .filter(line -> !line.isBlank())
              .<Map<?, ?>>map(line -> (Map<?, ?>) Json.read("log", line))
              .toList();
      assertThat(lines)
          .allSatisfy(
              line -> assertThat(line.keySet().toString()).contains("time", "level", "msg"));

      Map<?, ?> start = named(lines, "Argo Rollouts controller starting").get(0);
      assertThat(start.get("namespace")).isEqualTo(live.namespace());
      assertThat(start.get("metricsPort")).isEqualTo("-1");
      assertThat(start.get("healthzPort")).isEqualTo("-1");
      assertThat(start.get("instanceID")).isEqualTo("");
      assertThat(start.get("version").toString()).startsWith("v");

      for (String each :
          List.of(
              "Started syncing rollout",
              "Reconciliation completed",
              "No status changes. Skipping patch")) {
        assertThat(named(lines, each))
            .as(each)
            .isNotEmpty()
            .allMatch(
                line ->
                    "shop".equals(line.get("rollout"))
                        && live.namespace().equals(line.get("namespace")));
      }
      assertThat(named(lines, "Reconciliation completed"))
          .allMatch(line -> line.get("time_ms").toString().matches("[0-9]+"));
      assertThat(lines)
          .as("a saved status")
          .anyMatch(
              line ->
                  line.get("msg").toString().startsWith("Patched: {")
                      && "shop".equals(line.get("rollout")));
      assertThat(about(lines, "event_reason", "RolloutCompleted"))
          .hasSize(2)
          .allMatch(line -> line.get("level").equals("info"));
      assertThat(about(lines, "event_reason", "RolloutAborted"))
          .hasSize(1)
          .allMatch(line -> line.get("level").equals("warning"));

      assertThat(about(lines, "event", "rollout_started")).hasSize(3);
      assertThat(about(lines, "event", "rollout_paused")).hasSize(2);
      assertThat(about(lines, "event", "rollout_resumed")).hasSize(1);
      assertThat(about(lines, "event", "rollout_completed"))
          .extracting(line -> String.valueOf(line.get("status")))
          .contains("Promoted", "Aborted");
      assertThat(about(lines, "event", "rollout_completed"))
          .allSatisfy(
              line -> {
                assertThat(line.get("rollout")).isEqualTo("shop");
                assertThat(seconds(line, "total"))
                    .isEqualTo(seconds(line, "progression") + seconds(line, "manual_pause"));
              });
    }
  }

  private static long seconds(Map<?, ?> line, String which) {
    return Long.parseLong(line.get("duration_" + which + "_seconds").toString());
  }

  private static List<Map<?, ?>> named(List<Map<?, ?>> lines, String message) {
    return about(lines, "msg", message);
  }

  private static List<Map<?, ?>> about(List<Map<?, ?>> lines, String field, String value) {
    return lines.stream().filter(line -> value.equals(line.get(field))).toList();
  }
}
