package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rollouts.cli.plugin.Plugin.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code analyze}, with templates in a cluster and a back-end beside it. */
class AnalyzeTest {
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private HttpServer backEnd;
  private ScriptedServer server;
  private volatile double value = 0.99;

  @BeforeEach
  void start() throws IOException {
    backEnd = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backEnd.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          asked.add(
              exchange.getRequestURI().getPath()
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-Token")
                  + " "
                  + body);
          byte[] answer =
              (exchange.getRequestURI().getPath().equals("/web")
                      ? "{\"ok\": %s}".formatted(value)
                      : "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"%s\"]}]}}"
                          .formatted(value))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    backEnd.start();
    server =
        ScriptedServer.with(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: success}
            spec:
              args: [{name: service}]
              metrics:
              - name: success-rate
                successCondition: result[0] >= 0.95
                provider: {prometheus: {address: "URL", query: "ok{service='{{args.service}}'}"}}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: all}
            spec:
              templates: [{templateName: success}, {templateName: everywhere, clusterScope: true}]
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: ClusterAnalysisTemplate
            metadata: {name: everywhere}
            spec:
              metrics:
              - name: everywhere
                successCondition: result[0] >= 0.5
                provider: {prometheus: {address: "URL", query: everywhere}}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: secret}
            spec:
              args: [{name: token, valueFrom: {secretKeyRef: {name: api, key: token}}}]
              metrics:
              - name: web
                successCondition: result >= 0.95
                consecutiveErrorLimit: 0
                provider: {web: {url: "URL/web", headers: [{key: X-Token, value: "{{args.token}}"}], jsonPath: "{$.ok}"}}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: job}
            spec:
              metrics:
              - name: job
                provider: {job: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: api}
            data: {token: c2VzYW1l}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: web, labels: {service: shop}}
            spec:
              strategy:
                canary:
                  steps: [{setWeight: 20}, {analysis: {templates: [{templateName: success}], args: [{name: service, valueFrom: {fieldRef: {fieldPath: "metadata.labels['service']"}}}]}}]
              selector: {matchLabels: {app: web}}
              template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: "a:1"}]}}
            status: {currentStepIndex: 1}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: plain}
            spec:
              strategy: {canary: {}}
              selector: {matchLabels: {app: web}}
              template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: "a:1"}]}}
            """
                .replace("URL", "http://127.0.0.1:" + backEnd.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    assertThat(server.writes()).isEmpty();
    server.close();
    backEnd.stop(0);
  }

  private Result run(String... words) {
    return server.plugin().run(words);
  }

  @Test
  @DisplayName(
      "K-220, K-222 a template is measured from here, and the exit code is 1 unless it is Successful")
  void measured() {
    Result good = run("analyze", "success", "-a", "service=shop");
    assertThat(good.err()).isEmpty();
    assertThat(good.exitCode()).isZero();
    assertThat(good.out()).startsWith("success  1 metric").contains("Successful", "[0.99]");
    assertThat(asked.get(0)).contains("/api/v1/query").contains("shop");
    value = 0.5;
    Result bad = run("analyze", "success", "-a", "service=shop");
    assertThat(bad.exitCode()).isEqualTo(1);
    assertThat(bad.err()).startsWith("Error: the analysis is Failed: Metric \"success-rate\"");
  }

  @Test
  @DisplayName(
      "K-220 templates refer to others, those of the cluster count where the namespace has none")
  void references() {
    Result all = run("analyze", "all", "everywhere", "-a", "service=shop", "-o", "yaml");
    assertThat(all.exitCode()).isZero();
    assertThat(all.out())
        .startsWith("apiVersion: argoproj.io/v1alpha1\nkind: AnalysisRun\n")
        .contains("name: success-rate", "name: everywhere", "phase: Successful");
    assertThat(all.err()).contains("Successful");
    assertThat(run("analyze", "success", "--global").err())
        .isEqualTo("Error: clusteranalysistemplates.argoproj.io \"success\" not found\n");
  }

  @Test
  @DisplayName(
      "K-221 of a rollout the analysis of its current step is measured, with the arguments that it would have")
  void ofRollout() {
    Result result = run("analyze", "--rollout", "web");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("web, analysis of step 2  1 metric");
    assertThat(asked.get(0)).contains("shop");
    assertThat(run("analyze", "--rollout", "web", "-a", "service=other").exitCode()).isZero();
    assertThat(asked.get(1)).contains("other");
  }

  @Test
  @DisplayName("K-223 secrets are read with the rights of whoever calls, and appear nowhere")
  void secrets() {
    Result good = run("analyze", "secret", "-o", "json");
    assertThat(good.exitCode()).as(good.err()).isZero();
    assertThat(asked.get(0)).isEqualTo("/web sesame ");
    assertThat(good.out() + good.err()).doesNotContain("sesame");
    server.forbid("secrets");
    Result forbidden = run("analyze", "secret");
    assertThat(forbidden.exitCode()).isEqualTo(1);
    assertThat(forbidden.out()).contains("secrets is forbidden");
    assertThat(asked).hasSize(1);
  }

  @ParameterizedTest(name = "analyze {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gone|there is no AnalysisTemplate \"gone\" in namespace shop, and no such ClusterAnalysisTemplate",
        "success|args.service: ",
        "success -a service|arguments must be in the form NAME=VALUE",
        "success --rollout web|name templates or a rollout with --rollout, and not both",
        "--rollout gone|rollout.argoproj.io \"gone\" not found",
        "--rollout plain|rollout 'plain' has no analysis; name a template instead",
        "job|metric \"job\": provider job runs a Job in a cluster",
        "success -a service=a --prometheus nowhere|--prometheus: expected a URL",
        "secret --prometheus http://localhost:1|--prometheus http://localhost:1: no metric of this template asks Prometheus",
        "success -a service=a -o wide|analyze prints text, or the run by -o json or -o yaml",
        "success -a service=a --for 0s|--for: must be positive",
        "success -a service=a --for long|invalid argument \"long\" for \"--for\" flag",
      })
  @DisplayName("K-224 what is wrong is one line with the remedy, and nothing is measured")
  void errors(String line, String message) {
    Result result = run(("analyze " + line).split(" "));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).startsWith("Error: " + message).hasLineCount(1);
    assertThat(asked).isEmpty();
  }

  @Test
  @DisplayName(
      "K-224 without anything to measure there is the usage; who may not read templates is told")
  void nothing() {
    assertThat(run("analyze").err()).startsWith("Usage:\n  kubectl-argo-rollouts analyze");
    server.forbid("analysistemplates");
    assertThat(run("analyze", "success").err()).startsWith("Error: analysistemplates is forbidden");
  }
}
