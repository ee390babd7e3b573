package dev.rollouts.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rollouts.analysis.prometheus.PrometheusProvider;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.config.Authentication;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.runner.secrets.MapSecrets;
import dev.rollouts.runner.store.FileRunStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole run with secrets in query, header, path and password, against a server that sends all of
 * it back in every way it can; then everything that the run left anywhere is searched for them.
 */
class SecretsStayInsideTest {
  private static final String TOKEN = "tok-3n/+=&\"quoted\"";
  private static final String PASSWORD = "pa55-w0rd-of-the-shop";
  private static final String PATH = "tenant-8c1b4a55";

  @TempDir private Path directory;
  private HttpServer server;
  private final Queue<String> received = new ConcurrentLinkedQueue<>();
  private final Queue<String> artefacts = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::echo);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  @DisplayName("A-030 no secret leaves a run, whatever the back-end sends back")
  void noSecretLeavesARun() throws Exception {
    FileRunStore store = FileRunStore.in(directory);
    // Dry, so that the first error does not end the run before the slowest answer was folded.
    AnalysisSpec.Builder spec = AnalysisSpec.builder().dryRun(".*");
    List<String> answers =
        List.of(
            "bad-request", "server-error", "warning", "garbage", "error-type", "not-found", "cut");
    for (String answer : answers) {
      spec.metric(
          Metric.named(answer)
              .consecutiveErrorLimit(0)
              .successCondition("result[0] > 100 || int(result) > 1")
              .provider(
                  PrometheusQuery.of(
                          "http://127.0.0.1:" + server.getAddress().getPort() + "/{{args.path}}",
                          answer + "{token='{{args.token}}'}")
                      .withHeader("X-Token", "{{args.token}}")
                      .withAuthentication(Authentication.basic("shop", "{{args.password}}")))
              .build());
    }
    Stream.of("token", "password", "path")
        .forEach(key -> spec.arg(Argument.fromSecret(key, "s", key)));
    MapSecrets secrets =
        MapSecrets.of(
            Map.of(
                "s",
                Map.of(
                    "token", Secret.of(TOKEN),
                    "password", Secret.of(PASSWORD),
                    "path", Secret.of(PATH))));

    try (AnalysisRunner runner =
        AnalysisRunner.builder()
            .store(store)
            .secrets(secrets)
            .listener(new Everything())
            .provider(new PrometheusProvider())
            .build()) {
      RunHandle run = runner.start("shop-42", spec.build());
      AnalysisRunStatus status = run.await(Duration.ofMinutes(5));

      assertThat(status.metricResults())
          .as("every way of answering was met")
          .extracting(MetricResult::name)
          .containsExactlyInAnyOrderElementsOf(answers);
      artefacts.add(status.toString());
      artefacts.add(run + " " + run.run() + " " + secrets);
    }
    artefacts.add(Files.readString(directory.resolve("shop-42.run.json")));

    String sent = String.join("\n", received);
    assertThat(sent)
        .as("the back-end did get them")
        .contains(TOKEN, PATH, base64("shop:" + PASSWORD));
    String everything = String.join("\n", artefacts);
    assertThat(everything).as("what was echoed was replaced").contains("*****");
    for (String secret : List.of(TOKEN, PASSWORD, PATH)) {
      // Any six characters in a row that are not spelled the same in each encoding give it away.
      assertThat(everything).doesNotContain(secret.substring(0, 7));
      assertThat(everything).doesNotContain(secret.substring(secret.length() - 7));
      assertThat(everything).doesNotContain(base64(secret).substring(0, 8));
    }
    assertThat(everything).doesNotContain(base64("shop:" + PASSWORD).substring(8, 20));
  }

  /** Sends back all that it was sent, and looks at the names of the threads meanwhile. */
  private void echo(HttpExchange exchange) throws IOException {
    Thread.getAllStackTraces().keySet().forEach(thread -> artefacts.add(thread.getName()));
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String all =
        exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().entrySet()
            + " "
            + body
            + " "
            + URLDecoder.decode(body, UTF_8);
    received.add(all);
    if (body.contains("bad-request")) {
      answer(exchange, 400, error("bad_data", all));
    } else if (body.contains("server-error")) {
      answer(exchange, 503, all);
    } else if (body.contains("warning")) {
      answer(
          exchange,
          200,
          "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"a\":%1$s},\"value\":[1,\"0.5\"]}]},\"warnings\":[%1$s]}"
              .formatted(json(all)));
    } else if (body.contains("garbage")) {
      answer(exchange, 200, all);
    } else if (body.contains("error-type")) {
      answer(exchange, 200, error(all, all));
    } else if (body.contains("not-found")) {
      answer(exchange, 404, all);
    } else {
      exchange.sendResponseHeaders(200, 1_000_000);
      exchange.getResponseBody().write(all.getBytes(UTF_8));
      exchange.close();
    }
  }

  private static String error(String type, String message) {
    return "{\"status\":\"error\",\"errorType\":%s,\"error\":%s}"
        .formatted(json(type), json(message));
  }

  private static void answer(HttpExchange exchange, int code, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String json(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** Keeps all that a listener can get hold of. */
  private final class Everything implements AnalysisListener {
    @Override
    public void decided(AnalysisRun run, Decision<AnalysisRunStatus, AnalysisEffect> decision) {
      artefacts.add(run + " " + decision);
    }

    @Override
    public void measured(AnalysisRun run, String metric, Measurement measurement) {
      artefacts.add(run + metric + measurement);
    }

    @Override
    public void announced(AnalysisRun run, Event event) {
      artefacts.add(event.toString());
    }

    @Override
    public void troubled(String run, String problem, @Nullable Throwable cause) {
      List<String> causes = new ArrayList<>();
      for (Throwable each = cause; each != null; each = each.getCause()) {
        causes.add(each.toString());
      }
      artefacts.add(run + problem + causes);
    }
  }
}
