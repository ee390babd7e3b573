package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rollouts.analysis.prometheus.PrometheusServer;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.testcluster.Kubelet;
import dev.rollouts.testcluster.PodScript;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Analysis in each of its places, by a real Prometheus server, on a real API server. */
@Tag("it")
class AnalysisPlacesTest {
  @TempDir static Path folder;

  /** What the shop measures of itself. */
  private static final AtomicInteger SUCCESS = new AtomicInteger();

  private static HttpServer shop;
  private static PrometheusServer prometheus;

  private Live live;

  @BeforeAll
  static void measure() throws IOException {
    shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    shop.createContext(
        "/metrics",
        exchange -> {
          byte[] body =
              "shop_success_percent %d\n".formatted(SUCCESS.get()).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          try (exchange) {
            exchange.getResponseBody().write(body);
          }
        });
    shop.start();
    prometheus =
        PrometheusServer.in(folder).scraping("127.0.0.1:" + shop.getAddress().getPort()).start();
  }

  @AfterAll
  static void end() {
    prometheus.close();
    shop.stop(0);
  }

  @BeforeEach
  void start() {
    SUCCESS.set(99);
    Live.await(() -> asked().contains("\"99\""), AnalysisPlacesTest::asked);
    live = new Live();
  }

  /** What Prometheus knows now; it may still have what another test made of it. */
  private static String asked() {
    URI query = URI.create(prometheus.url() + "/api/v1/query?query=shop_success_percent");
    try (InputStream answer = query.toURL().openStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    live.close();
  }

  private static String yaml(String strategy) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          strategy: %s
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "web:1"}]}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: success}
        spec:
          args: [{name: hash}]
          metrics:
          - name: success
            initialDelay: 2s
            interval: 1s
            count: 3
            failureLimit: 1
            successCondition: result[0] >= 95
            failureCondition: result[0] < 95
            provider: &prometheus
              prometheus: {address: "%s", query: shop_success_percent}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: for-ever}
        spec:
          metrics:
          - name: success
            interval: 1s
            failureLimit: 1
            successCondition: result[0] >= 95
            failureCondition: result[0] < 95
            provider:
              prometheus: {address: "%s", query: shop_success_percent}
        """
            .formatted(strategy, prometheus.url(), prometheus.url())
            .replace("provider: &prometheus", "provider:")
        + RouterCase.service("active")
        + RouterCase.service("preview");
  }

  private static final String ARGS =
      "templates: [{templateName: success}], args: [{name: hash, valueFrom: {podTemplateHashValue: Latest}}]";

  private List<AnalysisRun> runs() {
    return live.list("AnalysisRun").stream()
        .map(tree -> Wire.decode(AnalysisRun.class, tree.fields()).value())
        .toList();
  }

  private AnalysisRun run(AnalysisPhase phase) {
    return runs().stream()
        .filter(each -> each.statusOrPending().phase() == phase)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + phase + " run among " + runs()));
  }

  private String selected(String service) {
    return String.valueOf(
        live.find(ObjectKey.service(live.namespace, service))
            .orElseThrow()
            .at("spec", "selector", RolloutKeys.POD_TEMPLATE_HASH));
  }

  @Test
  @DisplayName("R-157, R-340, R-341 A step waits for its run, and a run that fails aborts")
  void step() {
    live.apply(yaml("{canary: {steps: [{setWeight: 50}, {analysis: {%s}}]}}".formatted(ARGS)));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await("web", it -> live.sizes().equals("1=0 2=2"));
    AnalysisRun run = run(AnalysisPhase.SUCCESSFUL);
    assertThat(run.statusOrPending().metricResults().get(0).measurements()).hasSize(3);
    assertThat(run.metadata().labels())
        .containsEntry("rollout-type", "Step")
        .containsEntry("step-index", "1");
    assertThat(run.spec().args().get(0).value())
        .isEqualTo(live.rollout("web").statusOrEmpty().currentPodHash());

    SUCCESS.set(12);
    live.image("web", "web:3");
    live.await("web", RolloutPhase.DEGRADED, "RolloutAborted");
    live.await("web", it -> live.sizes().endsWith("2=2 3=0"));
    assertThat(run(AnalysisPhase.FAILED).statusOrPending().message()).contains("success");
  }

  @Test
  @DisplayName(
      "R-349, R-350 A run in the background aborts when it fails, and ends with the update")
  void background() {
    live.apply(
        yaml(
            "{canary: {analysis: {templates: [{templateName: for-ever}], startingStep: 1}, steps: [{setWeight: 50}, {pause: {}}]}}"));
    live.await("web", RolloutPhase.HEALTHY, "");
    live.image("web", "web:2");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    Live.await(
        () -> runs().stream().anyMatch(it -> it.statusOrPending().phase() == AnalysisPhase.RUNNING),
        () -> runs().toString());
    live.promote("web");
    live.await("web", RolloutPhase.HEALTHY, "");
    Live.await(
        () ->
            runs().stream()
                .allMatch(it -> it.statusOrPending().phase() == AnalysisPhase.SUCCESSFUL),
        () -> runs().toString());

    live.image("web", "web:3");
    live.await("web", RolloutPhase.PAUSED, "CanaryPauseStep");
    SUCCESS.set(12);
    live.await("web", RolloutPhase.DEGRADED, "RolloutAborted");
    live.await("web", it -> live.sizes().endsWith("2=2 3=0"));
  }

  @Test
  @DisplayName("R-347 Nothing is switched before the check before promotion has succeeded")
  void prePromotion() {
    live.apply(
        yaml(
            "{blueGreen: {activeService: active, previewService: preview, scaleDownDelaySeconds: 1, abortScaleDownDelaySeconds: 1, prePromotionAnalysis: {%s}}}"
                .formatted(ARGS)));
    live.await("web", RolloutPhase.HEALTHY, "");
    String first = selected("active");
    SUCCESS.set(12);
    live.image("web", "web:2");
    live.await("web", RolloutPhase.DEGRADED, "RolloutAborted");
    assertThat(selected("active")).isEqualTo(first);
    assertThat(run(AnalysisPhase.FAILED).metadata().labels())
        .containsEntry("rollout-type", "PrePromotion");

    SUCCESS.set(99);
    live.image("web", "web:3");
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(selected("active")).isNotEqualTo(first);
    assertThat(
            run(AnalysisPhase.SUCCESSFUL).statusOrPending().metricResults().get(0).measurements())
        .hasSize(3);
  }

  @Test
  @DisplayName("R-348 When the check after promotion fails, the active Service goes back")
  void postPromotion() {
    live.apply(
        yaml(
            "{blueGreen: {activeService: active, scaleDownDelaySeconds: 60, abortScaleDownDelaySeconds: 1, postPromotionAnalysis: {%s}}}"
                .formatted(ARGS)));
    live.await("web", RolloutPhase.HEALTHY, "");
    String first = selected("active");
    SUCCESS.set(12);
    live.image("web", "web:2");
    live.await("web", it -> !selected("active").equals(first));
    live.await("web", RolloutPhase.DEGRADED, "RolloutAborted");
    Live.await(() -> selected("active").equals(first), () -> selected("active"));
    assertThat(run(AnalysisPhase.FAILED).metadata().labels())
        .containsEntry("rollout-type", "PostPromotion");
  }

  @Test
  @DisplayName("R-347, R-348, A-190 Jobs check before and after a promotion, and beside a canary")
  void jobs() {
    String analysis = "{templates: [{templateName: %s}]}";
    live.apply(
        yaml(
                "{blueGreen: {activeService: active, scaleDownDelaySeconds: 60, abortScaleDownDelaySeconds: 1, prePromotionAnalysis: %s, postPromotionAnalysis: %s}}"
                    .formatted(analysis.formatted("before"), analysis.formatted("after")))
            + job("before")
            + job("after"));
    live.await("web", RolloutPhase.HEALTHY, "");
    String first = selected("active");
    try (Kubelet.Rule failing = fails("after")) {
      live.image("web", "web:2");
      live.await("web", RolloutPhase.DEGRADED, "RolloutAborted");
    }
    Live.await(() -> selected("active").equals(first), () -> selected("active"));
    assertThat(run(AnalysisPhase.SUCCESSFUL).metadata().labels())
        .containsEntry("rollout-type", "PrePromotion");
    assertThat(run(AnalysisPhase.FAILED).metadata().labels())
        .containsEntry("rollout-type", "PostPromotion");
    live.image("web", "web:3");
    live.await("web", RolloutPhase.HEALTHY, "");
    assertThat(selected("active")).isNotEqualTo(first);

    live.patch(
        "Rollout",
        "web",
        "{\"spec\": {\"strategy\": {\"blueGreen\": null, \"canary\": {\"analysis\": {\"templates\": [{\"templateName\": \"after\"}]}, \"steps\": [{\"setWeight\": 50}, {\"pause\": {}}]}}}}");
    live.await("web", RolloutPhase.HEALTHY, "");
    try (Kubelet.Rule failing = fails("after")) {
      live.image("web", "web:4");
      live.await("web", RolloutPhase.DEGRADED, "RolloutAborted");
    }
    live.await("web", it -> !live.sizes().contains("4=1"));
  }

  private Kubelet.Rule fails(String job) {
    return live.cluster
        .kubelet()
        .when(
            Kubelet.inNamespace(live.namespace).and(Kubelet.image(job + ":1")),
            PodScript.ready().exitsAfter(Duration.ZERO, 1));
  }

  private static String job(String name) {
    return """
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: %1$s}
        spec:
          metrics:
          - name: %1$s
            provider:
              job:
                spec:
                  backoffLimit: 0
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: %1$s, image: "%1$s:1"}]
        """
        .formatted(name);
  }
}
