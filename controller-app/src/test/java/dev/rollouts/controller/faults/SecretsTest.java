package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.codec.Json;
import dev.rollouts.testcluster.TestCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret that an analysis uses is looked for everywhere that somebody else may look. */
@Tag("it")
class SecretsTest {
  private static final String PLANTED = "pl4ntedS3cret0815";

  private static String metrics(WebStub web) {
    return """
        apiVersion: v1
        kind: Secret
        metadata: {name: planted}
        stringData: {token: %1$s}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: leaky}
        spec:
          args:
          - name: token
            valueFrom: {secretKeyRef: {name: planted, key: token}}
          metrics:
          - name: refused
            successCondition: result == 1
            provider:
              web: {url: "%2$s", headers: [{key: Authorization, value: "{{args.token}}"}]}
          - name: echoed
            successCondition: result == "x"
            provider:
              web:
                url: "%3$s"
                jsonPath: "{$.v}"
                headers: [{key: Authorization, value: "{{args.token}}"}]
          - name: malformed
            successCondition: result == "x"
            provider:
              web: {url: "%4$s?q={{args.token}}", jsonPath: "{$.v}"}
          - name: nowhere
            successCondition: result == 1
            provider: {web: {url: "http://{{args.token}}.invalid/"}}
          - name: no-address
            successCondition: result == 1
            provider: {web: {url: "{{args.token}} is no address"}}
          - name: no-path
            successCondition: result == 1
            provider: {web: {url: "%3$s", jsonPath: "{$[{{args.token}}"}}
          - name: no-condition
            successCondition: "{{args.token}} >"
            provider: {web: {url: "%3$s", jsonPath: "{$.v}"}}
          - name: wrong-condition
            successCondition: "result.{{args.token}}.x > 1"
            provider: {web: {url: "%3$s", jsonPath: "{$.v}"}}
          - name: no-duration
            interval: "{{args.token}}"
            successCondition: result == 1
            provider: {web: {url: "%3$s", jsonPath: "{$.v}"}}
          - name: no-prometheus
            successCondition: result[0] == 1
            provider: {prometheus: {address: "%2$s", query: "up{token='{{args.token}}'}"}}
          - name: no-job
            provider:
              job:
                spec:
                  backoffLimit: 0
                  template:
                    spec:
                      restartPolicy: "{{args.token}}"
                      containers: [{name: "{{args.token}}", image: "check:1"}]
        ---
        """
        .formatted(PLANTED, web.url("/refused"), web.url("/echo"), web.url("/malformed"));
  }

  @Test
  @DisplayName("O-007, P-005 A secret is in no status, no event, no log line and no metric")
  void isNowhere(@TempDir Path folder) throws IOException, InterruptedException {
    TestCluster cluster = TestCluster.shared();
    int port = freePort();
    try (WebStub web =
            new WebStub()
                .answer("/refused", 500, "you sent %s")
                .answer("/echo", 200, "{\"v\": \"%s\"}")
                .answer("/malformed", 200, "{\"v\": %s");
        LiveCluster live = new LiveCluster(cluster, "shop")) {
      live.applyText(metrics(web) + rollout());
      try (ControllerProgram controller =
          ControllerProgram.start(
              folder,
              "controller",
              cluster.controlPlane().kubeconfigFor("controller", "system:masters"),
              live.namespace(),
              List.of("--metricsPort=" + port, "--loglevel=debug"))) {
        Waiting.until(
            () -> "Healthy".equals(phase(live)),
            () -> live.rollout().status() + "\n" + controller.log());
        live.image("shop:2");
        Waiting.until(
            () -> "Degraded".equals(phase(live)),
            () -> live.rollout().status() + "\n" + controller.log());
        List<AnalysisRun> runs = live.analysisRuns();
        assertThat(runs).hasSize(1);
        // Every way to leak was tried.
        assertThat(runs.get(0).statusOrPending().metricResults())
            .extracting(result -> result.name())
            .contains("refused", "echoed", "malformed", "nowhere", "no-condition", "no-job");
        List<String> places = new ArrayList<>();
        for (String kind : List.of("Rollout", "AnalysisRun", "Event", "ReplicaSet")) {
          live.list(kind).forEach(each -> places.add(Json.write(each.fields())));
        }
        places.add(controller.log());
        places.add(get(port));
        assertThat(places).isNotEmpty().noneMatch(each -> each.contains(PLANTED));
      }
    }
  }

  private static String phase(LiveCluster live) {
    var phase = live.rollout().statusOrEmpty().phase();
    return phase == null ? "" : phase.wireName();
  }

  private static String rollout() {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: shop}
        spec:
          replicas: 1
          selector: {matchLabels: {app: shop}}
          template:
            metadata: {labels: {app: shop}}
            spec: {containers: [{name: web, image: "shop:1"}]}
          strategy:
            canary:
              steps: [{analysis: {templates: [{templateName: leaky}]}}]
        """;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static String get(int port) throws IOException, InterruptedException {
    String page =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                    .timeout(Duration.ofSeconds(30))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    assertThat(page).contains("analysis_run");
    return page;
  }
}
