package dev.rollouts.controller.faults;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret that an analysis uses is looked for everywhere that somebody else may look. */
@Tag("it")
class SecretsTest {
  private static final String PLANTED = "pl4ntedS3cret0815";

  /** A run for each way to leak: its name, and its only metric. */
  private static Map<String, String> leaks(WebStub web) {
    String header = "headers: [{key: Authorization, value: \"{{args.token}}\"}]";
    String echo = "url: \"" + web.url("/echo") + "\", jsonPath: \"{$.v}\"";
    Map<String, String> leaks = new LinkedHashMap<>();
    leaks.put("refused", web("url: \"" + web.url("/refused") + "\", " + header));
    leaks.put("echoed", web(echo + ", " + header));
    leaks.put(
        "malformed",
        web("url: \"" + web.url("/malformed") + "?q={{args.token}}\", jsonPath: \"{$.v}\""));
    leaks.put("nowhere", web("url: \"http://{{args.token}}.invalid/\""));
    leaks.put("no-address", web("url: \"{{args.token}} is no address\""));
    leaks.put("no-path", web("url: \"" + web.url("/echo") + "\", jsonPath: \"{$[{{args.token}}\""));
    leaks.put("no-condition", "successCondition: \"{{args.token}} >\", " + web(echo));
    leaks.put("wrong", "successCondition: \"result.{{args.token}}.x > 1\", " + web(echo));
    leaks.put("no-duration", "count: 1, interval: \"{{args.token}}\", " + web(echo));
    leaks.put(
        "no-prometheus",
        "provider: {prometheus: {address: \"%s\", query: \"up{token='{{args.token}}'}\"}}"
            .formatted(web.url("/refused")));
    leaks.put(
        "no-job",
        "provider: {job: {spec: {template: {spec: {restartPolicy: \"{{args.token}}\", "
            + "containers: [{name: \"{{args.token}}\", image: \"check:1\"}]}}}}}");
    return leaks;
  }

  private static String web(String config) {
    return "provider: {web: {%s}}".formatted(config);
  }

  private static String spec(String metric) {
    return """
        spec:
          args:
          - {name: token, valueFrom: {secretKeyRef: {name: planted, key: token}}}
          metrics: [{name: leak, consecutiveErrorLimit: 0, %s}]
        """
        .formatted(metric);
  }

  private static String objects(Map<String, String> leaks) {
    StringBuilder yaml =
        new StringBuilder(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: planted}
            stringData: {token: %s}
            """
                .formatted(PLANTED));
    leaks.forEach(
        (name, metric) ->
            yaml.append(
                "---\napiVersion: argoproj.io/v1alpha1\nkind: AnalysisRun\nmetadata: {name: %s}\n%s"
                    .formatted(name, spec(metric))));
    yaml.append("---\napiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\n")
        .append("metadata: {name: leaky}\n")
        .append(spec(String.valueOf(leaks.get("refused"))));
    return yaml.append("---\n").append(rollout()).toString();
  }

  @Test
  @DisplayName("O-007, O-092, P-005 A secret is in no status, no event, no log line and no metric")
  void isNowhere(@TempDir Path folder) throws IOException, InterruptedException {
    TestCluster cluster = TestCluster.shared();
    int port = freePort();
    try (WebStub web =
            new WebStub()
                .answer("/refused", 500, "you sent %s")
                .answer("/echo", 200, "{\"v\": \"%s\"}")
                .answer("/malformed", 200, "{\"v\": %s");
        LiveCluster live = new LiveCluster(cluster, "shop")) {
      Map<String, String> leaks = leaks(web);
      live.applyText(objects(leaks));
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
            () ->
                "Degraded".equals(phase(live))
                    && live.analysisRuns().stream()
                        .allMatch(run -> run.statusOrPending().phase().isCompleted()),
            () -> live.analysisRuns() + "\n" + controller.log());
        assertThat(live.analysisRuns()).hasSize(leaks.size() + 1);
        List<String> places = new ArrayList<>();
        for (String kind : List.of("Rollout", "AnalysisRun", "Event", "ReplicaSet")) {
          live.list(kind).forEach(each -> places.add(Json.write(each.fields())));
        }
        assertThat(places)
            .as("what was sent came back, without the secret")
            .anyMatch(each -> each.contains("/echo [*****]"));
        places.add(controller.log());
        places.add(get(port));
        assertThat(places).noneMatch(each -> each.contains(PLANTED));
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
