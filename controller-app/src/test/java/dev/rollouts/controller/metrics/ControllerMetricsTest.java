package dev.rollouts.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.Condition;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutDuration;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControllerMetricsTest {
  private static final Instant START = Instant.parse("2026-05-01T10:00:00Z");

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final HandClock clock = new HandClock();
  private final ControllerMetrics metrics = new ControllerMetrics(registry, clock);

  private static final class HandClock extends Clock {
    private Instant now = START;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }

    void advance(Duration time) {
      now = now.plus(time);
    }
  }

  private List<String> page() {
    metrics.dropGone();
    return Page.of(registry);
  }

  private static ObjectMeta meta(String name) {
    return ObjectMeta.named(name).inNamespace("shop");
  }

  private static Rollout rollout(String name) {
    return Wire.decode(Rollout.class, Map.of("metadata", Map.of("name", name, "namespace", "shop")))
        .value();
  }

  private static HasMetadata resource(String kind, String name) {
    GenericKubernetesResource resource = new GenericKubernetesResource();
    resource.setKind(kind);
    resource.setMetadata(new ObjectMetaBuilder().withNamespace("shop").withName(name).build());
    return resource;
  }

  private void reconcile(String controller, String name) throws Exception {
    metrics.timeControllerExecution(
        new Metrics.ControllerExecution<String>() {
          @Override
          public String name() {
            return "reconcile";
          }

          @Override
          public String controllerName() {
            return controller;
          }

          @Override
          public String successTypeName(String result) {
            return result;
          }

          @Override
          public ResourceID resourceID() {
            return new ResourceID(name, "shop");
          }

          @Override
          public Map<String, Object> metadata() {
            return Map.of();
          }

          @Override
          public String execute() {
            return "done";
          }
        });
  }

  // --- updates that end

  private static RolloutStatus status(@Nullable RolloutDuration duration) {
    return RolloutStatus.empty().toBuilder().duration(duration).build();
  }

  private static RolloutDuration update(long paused, @Nullable Instant end, String how) {
    return new RolloutDuration(START, null, paused, end, how);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"Promoted", "FastPromoted", "Aborted", "RolledBack", "FastRolledBack"})
  @DisplayName("O-082 An update that ends is timed once, by how it ended, without names")
  void ended(String how) {
    RolloutStatus before = status(update(0, null, ""));
    RolloutStatus after = status(update(100, START.plusSeconds(400), how));
    metrics.saved(before, after, START.plusSeconds(400));
    metrics.saved(after, after, START.plusSeconds(500));
    assertThat(page())
        .contains(
            "rollout_duration_seconds_sum{status=\"%s\"} 400.0".formatted(how),
            "rollout_duration_seconds_bucket{status=\"%s\",le=\"300.0\"} 0".formatted(how),
            "rollout_duration_seconds_bucket{status=\"%s\",le=\"600.0\"} 1".formatted(how),
            "rollout_duration_seconds_count{status=\"%s\"} 1".formatted(how),
            "rollout_progression_duration_seconds_sum{status=\"%s\"} 300.0".formatted(how),
            "rollout_manual_pause_duration_seconds_sum{status=\"%s\"} 100.0".formatted(how),
            "rollout_outcomes_total{outcome=\"%s\"} 1.0".formatted(how));
  }

  @Test
  @DisplayName("O-082 An update that another follows is Superseded")
  void superseded() {
    RolloutDuration next = new RolloutDuration(START.plusSeconds(60), null, 0, null, "");
    metrics.saved(status(update(0, null, "")), status(next), START.plusSeconds(60));
    assertThat(page())
        .contains("rollout_duration_seconds_sum{status=\"Superseded\"} 60.0")
        .contains("rollout_outcomes_total{outcome=\"Superseded\"} 1.0");
  }

  @ParameterizedTest(name = "{1}: {0}")
  @CsvSource({
    "Rollout aborted update to revision 2, user",
    "Rollout aborted update to revision 2: Step-based analysis phase error/failed: x, analysis",
    "Rollout aborted update to revision 2: Background analysis phase error/failed, analysis",
    "Rollout aborted update to revision 2: Experiment analysis phase is error/failed, experiment",
    "Rollout aborted update to revision 2: Step Plugin 1 (acme/x) failed: analysis, step_plugin",
    "ReplicaSet \"web-1\" has timed out progressing., deadline",
    "Rollout aborted update to revision 2: something new, other",
  })
  @DisplayName("R-227 Aborts are counted by what made them, once each")
  void aborts(String message, String cause) {
    RolloutStatus aborted =
        RolloutStatus.empty().toBuilder()
            .abort(true)
            .abortedAt(START)
            .conditions(
                List.of(
                    new Condition("Progressing", "False", START, START, "RolloutAborted", message)))
            .build();
    metrics.saved(RolloutStatus.empty(), aborted, START);
    metrics.saved(aborted, aborted, START);
    assertThat(page()).contains("rollout_aborts_total{cause=\"%s\"} 1.0".formatted(cause));
  }

  @Test
  @DisplayName("Verdicts of AnalysisRuns are counted by phase")
  void verdicts() {
    metrics.judged(AnalysisPhase.FAILED);
    assertThat(page()).contains("analysis_run_verdicts_total{phase=\"Failed\"} 1.0");
  }

  // --- series that come and go

  @Test
  @DisplayName("O-084 Series about a deleted object stay for 65 s, and those of others")
  void gone() throws Exception {
    for (String name : List.of("web", "api")) {
      reconcile("rollout", name);
      metrics.failed("rollout", meta(name));
      metrics.recorded(rollout(name), Event.normal("RolloutUpdated", "x"));
    }
    metrics.gone("Rollout", meta("web"));
    clock.advance(Duration.ofSeconds(64));
    assertThat(page()).anyMatch(line -> line.contains("name=\"web\""));
    clock.advance(Duration.ofSeconds(2));
    assertThat(page())
        .noneMatch(line -> line.contains("name=\"web\""))
        .anyMatch(line -> line.startsWith("rollout_reconcile_count{") && line.contains("\"api\""))
        .anyMatch(line -> line.startsWith("rollout_events_total{") && line.contains("\"api\""));
    assertThat(metrics.errors()).hasSize(1);
  }

  @Test
  @DisplayName("O-084 An object that exists again keeps its series")
  void existsAgain() throws Exception {
    reconcile("rollout", "web");
    metrics.gone("Rollout", meta("web"));
    metrics.exists("Rollout", meta("web"));
    clock.advance(Duration.ofMinutes(5));
    assertThat(page()).anyMatch(line -> line.contains("name=\"web\""));
  }

  @Test
  @DisplayName("O-084 What is deleted is forgotten although nobody scrapes")
  void nobodyScrapes() throws Exception {
    for (int i = 0; i < 5000; i++) {
      reconcile("analysisrun", "run-" + i);
      metrics.gone("AnalysisRun", meta("run-" + i));
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(Page.of(registry).stream().filter(line -> line.contains("_reconcile_count{")))
        .hasSizeLessThan(1100);
  }

  @Test
  @DisplayName("O-085 Only events about Rollouts are counted")
  void onlyRollouts() {
    metrics.recorded(rollout("web"), new Event(true, "RolloutAborted", "x"));
    metrics.recorded(
        AnalysisRun.of("run", Wire.decode(AnalysisRun.class, Map.of()).value().spec()),
        Event.normal("MetricSuccessful", "x"));
    assertThat(page().stream().filter(line -> line.startsWith("rollout_events_total")))
        .containsExactly(
            "rollout_events_total{name=\"web\",namespace=\"shop\",reason=\"RolloutAborted\",type=\"Warning\"} 1.0");
  }

  @Test
  @DisplayName("Section 11: buckets of reconciles are those of dashboards")
  void buckets() throws Exception {
    reconcile("experiment", "e");
    assertThat(page().stream().filter(line -> line.startsWith("experiment_reconcile_bucket")))
        .extracting(line -> line.replaceAll(".*le=\"([^\"]*)\".*", "$1"))
        .containsExactly("0.01", "0.15", "0.25", "0.5", "1.0", "+Inf");
  }

  // --- requests

  @Test
  @DisplayName("Section 11: requests are counted by object, for so many objects and no more")
  void requestsAreBounded() {
    for (int i = 0; i < 10_000; i++) {
      metrics.answered("services", "shop", "s" + i, "Get", 200);
      metrics.answered("rollouts", "shop", "web", "Patch", 200);
    }
    List<String> series =
        page().stream()
            .filter(line -> line.startsWith("controller_clientset_k8s_request_total"))
            .toList();
    assertThat(series)
        .hasSize(4000)
        .contains(
            "controller_clientset_k8s_request_total{kind=\"rollouts\",name=\"web\",namespace=\"shop\",status_code=\"200\",verb=\"Patch\"} 10000.0");
  }

  // --- queues

  @Test
  @DisplayName("Section 11: queues have the names and figures that controllers of Kubernetes have")
  void queues() {
    HasMetadata web = resource("Rollout", "web");
    HasMetadata api = resource("Rollout", "api");
    metrics.reconcileCustomResource(web, null, Map.of());
    metrics.reconcileCustomResource(api, null, Map.of());
    metrics.reconciliationExecutionStarted(web, Map.of());
    assertThat(page())
        .contains(
            "workqueue_adds_total{name=\"Rollouts\"} 2.0",
            "workqueue_depth{name=\"Rollouts\"} 1.0",
            "workqueue_queue_duration_seconds_count{name=\"Rollouts\"} 1",
            "workqueue_work_duration_seconds_count{name=\"Rollouts\"} 0",
            "workqueue_depth{name=\"Experiments\"} 0.0",
            "workqueue_adds_total{name=\"AnalysisRuns\"} 0.0")
        .noneMatch(
            line ->
                line.equals("workqueue_longest_running_processor_seconds{name=\"Rollouts\"} 0.0")
                    || line.equals("workqueue_unfinished_work_seconds{name=\"Rollouts\"} 0.0"));
    metrics.failed("rollout", meta("web"));
    metrics.reconciliationExecutionFinished(web, Map.of());
    metrics.gone("Rollout", meta("api"));
    metrics.reconciliationExecutionFinished(
        null, Map.of()); // as the SDK says of an object that is gone
    assertThat(page())
        .contains(
            "workqueue_retries_total{name=\"Rollouts\"} 1.0",
            "workqueue_depth{name=\"Rollouts\"} 0.0",
            "workqueue_work_duration_seconds_count{name=\"Rollouts\"} 1",
            "workqueue_unfinished_work_seconds{name=\"Rollouts\"} 0.0",
            "workqueue_longest_running_processor_seconds{name=\"Rollouts\"} 0.0");
  }
}
