package dev.rollouts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.analysis.prometheus.PrometheusServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Templates judged by what a real Prometheus server says. */
@Tag("it")
class RealPrometheusTest {
  @TempDir static Path folder;
  private static PrometheusServer server;

  @BeforeAll
  static void start() {
    server =
        PrometheusServer.in(folder)
            .withSamples(
                """
                # TYPE checkout_requests gauge
                checkout_requests{code="200"} 970 1714557600
                checkout_requests{code="500"} 30 1714557600
                # EOF
                """)
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Cli.Result analyze(String name, String query, String condition) {
    String template =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: %s}
        spec:
          args:
          - name: bound
          metrics:
          - name: error-share
            count: 2
            interval: 1s
            consecutiveErrorLimit: 0
            successCondition: %s
            provider:
              prometheus:
                query: %s
        """
            .formatted(name, condition, query);
    return Cli.plain()
        .inRealTime()
        .stdin(template)
        .run(
            "analyze",
            "-f",
            "-",
            "--prometheus",
            server.url(),
            "--arg",
            "bound=0.05",
            "--width",
            "100");
  }

  private static final String SHARE =
      "sum(checkout_requests{code=~\"5..\"} @ 1714557600) / sum(checkout_requests @ 1714557600)";

  @Test
  void oneSucceeds() {
    Cli.Result result = analyze("succeeds", SHARE, "result[0] < {{args.bound}}");
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(result.out())
        .contains("#1 Successful  [0.03]", "#2 Successful  [0.03]", "Verdict  Successful");
  }

  @Test
  void oneFails() {
    Cli.Result result = analyze("fails", SHARE, "result[0] < 0.02");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.out())
        .contains("#1 Failed  [0.03]")
        .contains("result[0] was 0.03, which is not < 0.02")
        .contains("a threshold above 0.03 instead of 0.02 is");
  }

  @Test
  void oneHasNoData() {
    Cli.Result result = analyze("no-data", "nothing_of_that_name", "result[0] < 0.02");
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.out())
        .contains("no data returned from the metric provider")
        .contains("the query matched nothing");
  }

  @Test
  void aServerThatIsGoneIsAnErrorThatSaysSo() {
    Cli.Result result =
        Cli.plain()
            .inRealTime()
            .stdin(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: gone}
                spec:
                  metrics:
                  - name: up
                    consecutiveErrorLimit: 0
                    provider: {prometheus: {query: up}}
                """)
            .run("analyze", "-f", "-", "--prometheus", "http://127.0.0.1:9");
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.out()).contains("127.0.0.1:9").doesNotContain("\tat ");
  }
}
