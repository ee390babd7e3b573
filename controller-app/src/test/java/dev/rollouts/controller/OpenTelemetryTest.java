package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.controller.tracing.Collector;
import dev.rollouts.testcluster.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of a canary, through OTLP. */
@Tag("it")
class OpenTelemetryTest {
  private static final String OBJECTS =
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: planted}
      stringData: {token: pl4ntedS3cret}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: smoke}
      spec:
        args:
        - {name: token, valueFrom: {secretKeyRef: {name: planted, key: token}}}
        metrics:
        - name: smoke
          count: 2
          interval: 1s
          provider:
            job:
              spec:
                template:
                  spec:
                    restartPolicy: Never
                    containers: [{name: smoke, image: "smoke:1", env: [{name: T, value: "{{args.token}}"}]}]
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:1"}]}
        strategy:
          canary:
            steps:
            - setWeight: 50
            - pause: {}
            - analysis: {templates: [{templateName: smoke}]}
      """;

  private static Settings traced(Live live, Collector collector) {
    return Flags.settings(
        live.namespace,
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(), "OTEL_BSP_SCHEDULE_DELAY", "100"));
  }

  private static List<Collector.Received> named(List<Collector.Received> spans, String name) {
    return spans.stream().filter(each -> each.name().equals(name)).toList();
  }

  private static Set<String> of(
      List<Collector.Received> spans,
      java.util.function.Function<Collector.Received, String> what) {
    return spans.stream().map(what).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  @DisplayName(
      "A canary is one trace, over a restart of the controller too: the update, its steps, its run and measurements, without secrets")
  void canary() throws Exception {
    try (Collector collector = new Collector();
        Live live = new Live()) {
      live.controller().close();
      Controller first = live.start(traced(live, collector));
      try {
        live.apply(OBJECTS);
        live.await("web", RolloutPhase.HEALTHY, "");
        live.image("web", "web:2");
        live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
      } finally {
        first.close();
      }
      List<Collector.Received> before = update(collector.spans(), "2");
      assertThat(before).extracting(Collector.Received::name).containsExactly("step setWeight");
      try (Controller second = live.start(traced(live, collector))) {
        assertThat(second).isNotNull();
        live.promote("web");
        live.await("web", RolloutPhase.HEALTHY, "");
        Live.await(
            () -> named(update(collector.spans(), "2"), "rollout update").size() == 1,
            () -> collector.spans().toString());
      }

      assertThat(collector.requests()).isNotEmpty().allMatch("POST /v1/traces"::equals);
      List<Collector.Received> update = update(collector.spans(), "2");
      Collector.Received root = named(update, "rollout update").get(0);
      assertThat(root.parent()).isEmpty();
      assertThat(root.service()).isEqualTo("rollouts-controller");
      assertThat(root.failed()).isFalse();
      assertThat(root.attributes())
          .containsEntry("k8s.namespace.name", live.namespace)
          .containsEntry("rollout.name", "web")
          .containsEntry("rollout.outcome", "Promoted")
          .containsEntry("rollout.strategy", "canary");

      List<Collector.Received> trace =
          collector.spans().stream().filter(each -> each.trace().equals(root.trace())).toList();
      assertThat(of(trace, Collector.Received::name))
          .containsExactly(
              "analysis run",
              "measurement",
              "rollout update",
              "step analysis",
              "step pause",
              "step setWeight");
      assertThat(trace).extracting(Collector.Received::id).doesNotHaveDuplicates();
      Collector.Received run = named(trace, "analysis run").get(0);
      assertThat(named(trace, "measurement"))
          .hasSize(2)
          .allMatch(each -> each.parent().equals(run.id()))
          .allMatch(each -> each.attributes().get("analysis.metric").equals("smoke"))
          .allMatch(each -> each.attributes().get("analysis.phase").equals("Successful"));
      assertThat(
              trace.stream()
                  .filter(
                      each -> !each.name().equals("measurement") && !each.id().equals(root.id())))
          .allMatch(each -> each.parent().equals(root.id()));
      assertThat(trace).allMatch(each -> each.start() <= each.end());
      Collector.Received pause = named(trace, "step pause").get(0);
      assertThat(pause.attributes())
          .as("the start of the pause is known after the restart")
          .doesNotContainKey("rollout.step.start_unknown");
      assertThat(pause.end() - pause.start()).isGreaterThan(0);
      assertThat(collector.spans().toString()).doesNotContain("pl4ntedS3cret");
      assertThat(of(collector.spans(), Collector.Received::trace))
          .as("each revision has its trace")
          .hasSize(2);
    }
  }

  private static List<Collector.Received> update(List<Collector.Received> spans, String revision) {
    return spans.stream()
        .filter(each -> revision.equals(each.attributes().get("rollout.revision")))
        .toList();
  }

  @Test
  @DisplayName(
      "An aborted update and its step are failed spans; a retry has the same trace and a span of its own")
  void aborted() throws Exception {
    try (Collector collector = new Collector();
        Live live = new Live()) {
      live.controller().close();
      try (Controller controller = live.start(traced(live, collector))) {
        assertThat(controller).isNotNull();
        live.apply(OBJECTS);
        live.await("web", RolloutPhase.HEALTHY, "");
        live.image("web", "web:2");
        live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
        live.abort("web");
        live.await("web", RolloutPhase.DEGRADED, "");
        Instant aborted = Instant.now();
        Live.await(() -> Instant.now().isAfter(aborted.plusSeconds(1)), () -> "the next second");
        live.send("web", dev.rollouts.engine.client.ClientPatches.retry());
        live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
        live.send("web", dev.rollouts.engine.client.ClientPatches.promoteFull(live.rollout("web")));
        live.await("web", RolloutPhase.HEALTHY, "");
        Live.await(
            () -> named(update(collector.spans(), "2"), "rollout update").size() == 2,
            () -> collector.spans().toString());
      }
      List<Collector.Received> updates = named(update(collector.spans(), "2"), "rollout update");
      assertThat(of(updates, Collector.Received::trace)).hasSize(1);
      assertThat(of(updates, Collector.Received::id)).hasSize(2);
      assertThat(of(updates, each -> each.attributes().get("rollout.outcome") + each.failed()))
          .containsExactly("Abortedtrue", "FastPromotedfalse");
      assertThat(named(update(collector.spans(), "2"), "step pause"))
          .anyMatch(each -> each.failed())
          .anyMatch(each -> !each.failed());
    }
  }

  @Test
  @DisplayName(
      "Without OTEL_* nothing of OpenTelemetry is even loaded; what cannot be used costs the traces only")
  void off(@TempDir Path folder) throws Exception {
    assertThat(run(folder, Map.of()))
        .contains("dev.rollouts.controller.tracing.Tracing")
        .doesNotContain("io.opentelemetry");
    assertThat(run(folder, Map.of("OTEL_TRACES_EXPORTER", "none")))
        .doesNotContain("io.opentelemetry");
    assertThat(run(folder, Map.of("OTEL_TRACES_EXPORTER", "carrier-pigeon")))
        .contains("traces are off, as OTEL_* cannot be used", "carrier-pigeon");
  }

  /** What the program says, with every class that it loads. */
  private static String run(Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "controller", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xlog:class+load",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "--kubeconfig",
                TestCluster.shared().controlPlane().kubeconfig().toString(),
                "--namespaced",
                "-n",
                TestCluster.shared().namespace(),
                "--leader-elect=false",
                "--healthzPort=-1",
                "--metricsPort=-1")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      Live.await(() -> read(log).contains("msg=started"), () -> read(log));
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return read(log);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
