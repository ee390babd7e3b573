package dev.rollouts.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.codec.Codec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Analyses against back-ends that are there. */
class AnalyzeCommandTest {
  private static final String NO_DATA =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";

  @TempDir Path folder;
  private final WireMockServer prometheus = new WireMockServer(options().dynamicPort());

  @BeforeEach
  void start() {
    prometheus.start();
  }

  @AfterEach
  void stop() {
    prometheus.stop();
  }

  private static String scripted(String answers, String more) {
    return """
    apiVersion: argoproj.io/v1alpha1
    kind: AnalysisTemplate
    metadata: {name: scripted}
    spec:
      metrics:
      - name: errors
        successCondition: result < 1
        failureCondition: result > 2
        consecutiveErrorLimit: 0
        %s
        provider: {plugin: {test/scripted: %s}}
    """
        .formatted(more, answers);
  }

  private Cli.Result analyze(Cli cli, String template, String... more) {
    String[] args = new String[more.length + 3];
    args[0] = "analyze";
    args[1] = "-f";
    args[2] = "-";
    System.arraycopy(more, 0, args, 3, more.length);
    return cli.inRealTime().stdin(template).run(args);
  }

  @ParameterizedTest(name = "{0} is {1} and exit code {2}")
  @CsvSource(
      delimiter = ';',
      value = {
        "{answers: [0.5]}; Successful; 0",
        "{answers: [3]}; Failed; 3",
        "{answers: [1.5]}; Inconclusive; 5",
        "{error: boom}; Error; 4",
      })
  void theExitCodeTellsTheVerdict(String answers, String phase, int exitCode) {
    Cli.Result result = analyze(Cli.plain(), scripted(answers, ""));
    assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
    assertThat(result.out())
        .contains("#1 " + phase)
        .contains("Verdict  " + phase + " after ")
        .contains("run     " + phase);
    assertThat(result.err()).isEmpty();
  }

  @Test
  void printsEachMeasurementAsItComes() {
    Cli.Result result =
        analyze(Cli.plain(), scripted("{answers: [0.5, 0.25]}", "count: 2\n    interval: 1s"));
    assertThat(result.out())
        .containsSubsequence(
            "scripted  1 metric, started ",
            "  run     starts\n",
            "  errors  #1 Successful  0.5\n",
            "  errors  #2 Successful  0.25\n",
            "  errors  is Successful\n",
            "  run     Successful\n",
            "successCondition: result < 1",
            "Verdict  Successful");
  }

  @ParameterizedTest
  @CsvSource({"yaml", "json"})
  void theResultIsAnAnalysisRun(String format) {
    Cli.Result result = analyze(Cli.plain(), scripted("{answers: [3]}", ""), "-o", format);
    AnalysisRun run = Codec.standard().readOne(AnalysisRun.class, "out", result.out());
    assertThat(run.metadata().name()).isEqualTo("scripted-analyze");
    assertThat(run.statusOrPending().phase()).isEqualTo(AnalysisPhase.FAILED);
    assertThat(run.statusOrPending().message())
        .isEqualTo("Metric \"errors\" assessed Failed due to failed (1) > failureLimit (0)");
    assertThat(run.statusOrPending().result("errors").orElseThrow().measurements()).hasSize(1);
    assertThat(result.err()).contains("#1 Failed  3");
    assertThat(result.exitCode()).isEqualTo(3);
    // What it wrote can be explained.
    assertThat(Cli.plain().stdin(result.out()).run("explain", "-f", "-").out())
        .contains("result was 3, which is > 2");
  }

  @Test
  void theFirstInterruptStopsTheRunAsTerminateDoes() {
    AtomicReference<Runnable> undone = new AtomicReference<>();
    Cli.Result result =
        analyze(
            Cli.plain()
                .interruptedBy(
                    first -> {
                      first.run();
                      return () -> undone.set(first);
                    }),
            scripted("{answers: [0.5]}", "interval: 1h"));
    assertThat(result.exitCode()).isEqualTo(130);
    assertThat(result.out()).contains("Run Terminated", "Verdict  Successful");
    assertThat(undone.get()).as("the handler is taken back").isNotNull();
  }

  @Test
  void forStopsARunThatWouldGoOn() {
    Cli.Result result =
        analyze(Cli.plain(), scripted("{answers: [0.5]}", "interval: 1h"), "--for", "1s");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("Run Terminated");
  }

  @Test
  @DisplayName("A-171 stopped with nothing but errors: the verdict stands, and no script takes it")
  void forStopsARunThatMeasuredNothing() {
    Cli.Result result =
        analyze(
            Cli.plain(),
            scripted("{error: no route}", "interval: 1h")
                .replace("consecutiveErrorLimit: 0", "consecutiveErrorLimit: 5"),
            "--for",
            "1s");
    assertThat(result.out())
        .contains("#1 Error  failed to run via plugin: no route", "Verdict  Successful");
    assertThat(result.err())
        .isEqualTo(
            "rollouts: stopped before anything could be measured of \"errors\"; the verdict says"
                + " nothing of it. Mend the errors above, or give it more time\n");
    assertThat(result.exitCode()).isEqualTo(4);
  }

  @Test
  void watchingDrawsInPlace() {
    Cli.Result result =
        analyze(
            Cli.terminal(100),
            scripted("{answers: [0.5, 0.25]}", "count: 2\n    interval: 1s"),
            "--watch");
    assertThat(result.out()).contains("\u001b[J", "next: errors measurement 2", "▅");
    String end = result.out().substring(result.out().lastIndexOf("\u001b[J"));
    assertThat(end).contains("#1 ", "#2 ", "Verdict");
  }

  @Test
  void watchingWithoutATerminalIsLineByLine() {
    Cli.Result result = analyze(Cli.plain(), scripted("{answers: [0.5]}", ""), "--watch");
    assertThat(result.out()).doesNotContain("\u001b").contains("#1 Successful  0.5");
  }

  private String asksPrometheus(String address) {
    return """
    apiVersion: argoproj.io/v1alpha1
    kind: AnalysisTemplate
    metadata: {name: asks}
    spec:
      args:
      - name: token
        valueFrom: {secretKeyRef: {name: prom, key: token}}
      metrics:
      - name: up
        successCondition: result[0] == 1
        consecutiveErrorLimit: 0
        provider:
          prometheus:
            %s
            query: up
            headers:
            - {key: X-Token, value: "{{args.token}}"}
    """
        .formatted(address);
  }

  @Test
  void theAddressAndTheSecretComeFromTheCommandLine() {
    prometheus.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withBody(
                        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"1\"]}]}}")));
    Cli.Result result =
        analyze(
            Cli.plain().with("PROM_TOKEN", "planted-secret-value"),
            asksPrometheus("address: http://nowhere.invalid"),
            "--prometheus",
            prometheus.baseUrl(),
            "--secret",
            "prom/token=env:PROM_TOKEN",
            "-o",
            "yaml");
    assertThat(result.exitCode()).as(result.err()).isZero();
    prometheus.verify(
        postRequestedFor(urlPathEqualTo("/api/v1/query"))
            .withHeader("X-Token", equalTo("planted-secret-value")));
    assertThat(result.out() + result.err()).doesNotContain("planted-secret-value");
  }

  @Test
  void secretsComeFromFilesAsWell() throws Exception {
    prometheus.stubFor(any(anyUrl()).willReturn(aResponse().withBody(NO_DATA)));
    Files.createDirectories(folder.resolve("prom"));
    Files.writeString(folder.resolve("prom/token"), "planted-secret-value\n");
    Files.writeString(folder.resolve("other"), "planted-other-value\n");
    Cli.Result result =
        analyze(
            Cli.plain().with("ARGO_ROLLOUTS_PROMETHEUS_ADDRESS", prometheus.baseUrl()),
            asksPrometheus("timeout: 5"),
            "--secrets-dir",
            folder.toString());
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.out()).contains("no data returned from the metric provider");
    prometheus.verify(
        postRequestedFor(urlPathEqualTo("/api/v1/query"))
            .withHeader("X-Token", equalTo("planted-secret-value")));
    analyze(
        Cli.plain().with("ARGO_ROLLOUTS_PROMETHEUS_ADDRESS", prometheus.baseUrl()),
        asksPrometheus("timeout: 5"),
        "--secrets-dir",
        folder.toString(),
        "--secret",
        "prom/token=file:" + folder.resolve("other"));
    prometheus.verify(
        postRequestedFor(urlPathEqualTo("/api/v1/query"))
            .withHeader("X-Token", equalTo("planted-other-value")));
  }

  @Test
  void aSecretThatIsNotThereEndsTheRunAsError() {
    Cli.Result result = analyze(Cli.plain(), asksPrometheus("address: " + prometheus.baseUrl()));
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.out())
        .contains("Unable to resolve metric arguments: secrets \"prom\" not found")
        .contains("create the secret with that key");
  }
}
