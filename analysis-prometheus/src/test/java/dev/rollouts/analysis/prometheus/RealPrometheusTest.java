package dev.rollouts.analysis.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.MeasurementContext.TimeRange;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ObservedData.Sample;
import dev.rollouts.api.provider.ObservedData.SeriesData;
import dev.rollouts.api.provider.config.Authentication;
import dev.rollouts.api.provider.config.PrometheusQuery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against Debian's Prometheus, with a day of the past in blocks and a target that is scraped now.
 */
@Tag("it")
class RealPrometheusTest {
  private static final Instant PAST = Instant.parse("2024-05-01T10:00:00Z");
  private static final int MANY = 3_000;

  @TempDir static Path folder;

  private static HttpServer target;
  private static PrometheusServer server;

  private final PrometheusProvider provider = new PrometheusProvider();

  @BeforeAll
  static void start() throws IOException {
    target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    target.createContext(
        "/metrics",
        exchange -> {
          byte[] body = "shop_queue_depth{queue=\"orders\"} 42\n".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          try (exchange) {
            exchange.getResponseBody().write(body);
          }
        });
    target.start();
    server =
        PrometheusServer.in(folder)
            .withSamples(samples())
            .scraping("127.0.0.1:" + target.getAddress().getPort())
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
    target.stop(0);
  }

  /**
   * Two apps, a sample a minute for an hour before PAST; and very many series with one sample each.
   */
  private static String samples() {
    StringBuilder text = new StringBuilder("# TYPE success_rate gauge\n");
    for (int minute = 60; minute >= 0; minute--) {
      long at = PAST.getEpochSecond() - 60L * minute;
      text.append("success_rate{app=\"shop\"} 0.99%02d %d\n".formatted(minute, at));
    }
    for (int minute = 60; minute >= 0; minute--) {
      long at = PAST.getEpochSecond() - 60L * minute;
      text.append("success_rate{app=\"cart\"} %s %d\n".formatted(minute == 0 ? "NaN" : "0.5", at));
    }
    text.append("# TYPE many gauge\n");
    for (int i = 0; i < MANY; i++) {
      text.append("many{i=\"%d\"} %d %d\n".formatted(i, i, PAST.getEpochSecond()));
    }
    return text.append("# EOF\n").toString();
  }

  private static MeasurementContext at(Instant now) {
    return MeasurementContext.of(new RunIdentity("uid", "run", "shop"), "success-rate", 1, now);
  }

  private Observation ask(String query) {
    return provider.run(at(PAST), PrometheusQuery.of(server.url(), query));
  }

  private Observation ask(PrometheusQuery query) {
    return provider.run(at(PAST), query);
  }

  private static Observation.Value value(Observation observation) {
    assertThat(observation).isInstanceOf(Observation.Value.class);
    return (Observation.Value) observation;
  }

  private static String message(Observation observation) {
    assertThat(observation).isInstanceOf(Observation.Failure.class);
    return ((Observation.Failure) observation).message();
  }

  @ParameterizedTest(name = "scalar {0} is {1}")
  @CsvSource({
    "0.5, 0.5",
    "scalar(sum(success_rate{app=\"shop\"})), 0.99",
    "0.1 + 0.2, 0.30000000000000004",
    "0 / 0, NaN",
    "1 / 0, +Inf",
    "-1 / 0, -Inf",
    "1e21, 1000000000000000000000",
    "-1 * 0, -0",
  })
  void scalars(String query, String rendered) {
    Observation.Value value = value(ask(query));
    assertThat(value.kind()).isEqualTo(ResultKind.SCALAR);
    assertThat(value.rendered()).isEqualTo(rendered);
  }

  @Test
  void vectors() {
    Observation.Value value = value(ask("sort(success_rate{app=\"shop\"} or vector(7))"));
    assertThat(value.kind()).isEqualTo(ResultKind.VECTOR);
    assertThat(value.value()).isEqualTo(List.of(0.99, 7.0));
    assertThat(value.rendered()).isEqualTo("[0.99,7]");
    SeriesData data = (SeriesData) value.data();
    assertThat(data.series().get(0).labels()).containsEntry("app", "shop");
    assertThat(data.series().get(0).samples()).containsExactly(new Sample(PAST, 0.99));
    assertThat(value(ask("success_rate{app=\"cart\"}")).rendered()).isEqualTo("[NaN]");
  }

  @Test
  void noSeries() {
    Observation.Value value = value(ask("nobody_writes_this"));
    assertThat(value.kind()).isEqualTo(ResultKind.VECTOR);
    assertThat(value.value()).isEqualTo(List.of());
    assertThat(value.rendered()).isEqualTo("[]");
  }

  @Test
  void aRangeSelectorAtOneMomentIsAMatrix() {
    Observation.Value value = value(ask("success_rate{app=\"shop\"}[3m]"));
    assertThat(value.value()).isEqualTo(List.of(0.9903, 0.9902, 0.9901, 0.99));
  }

  @Test
  void rangesOfThePast() {
    TimeRange range = new TimeRange(PAST.minusSeconds(120), PAST);
    PrometheusQuery query =
        PrometheusQuery.of(server.url(), "success_rate{app=\"shop\"}")
            .withRange("now() - duration(\"2m\")", "now()", "1m");
    Observation.Value value = value(provider.run(at(Instant.now()).withRange(range), query));
    assertThat(value.kind()).isEqualTo(ResultKind.VECTOR);
    assertThat(value.rendered()).isEqualTo("[0.9902,0.9901,0.99]");
    SeriesData data = (SeriesData) value.data();
    assertThat(data.series().get(0).samples().get(0))
        .isEqualTo(new Sample(PAST.minusSeconds(120), 0.9902));
  }

  @Test
  void manySeries() {
    Observation.Value value = value(ask("many"));
    assertThat((List<?>) value.value()).hasSize(MANY);
    assertThat(((SeriesData) value.data()).series()).hasSize(MANY);
  }

  @Test
  void targetsThatAreScrapedNow() {
    PrometheusQuery query = PrometheusQuery.of(server.url(), "shop_queue_depth{queue=\"orders\"}");
    Observation seen = provider.run(at(Instant.now()), query);
    while (value(seen).value().equals(List.of())) {
      Thread.onSpinWait();
      seen = provider.run(at(Instant.now()), query);
    }
    assertThat(value(seen).rendered()).isEqualTo("[42]");
  }

  @Test
  void stringsAreNoResult() {
    assertThat(message(ask("\"text\""))).startsWith("unexpected value type \"string\"");
  }

  @Test
  void wrongQueries() {
    assertThat(message(ask("sum(")))
        .isEqualTo(
            "bad_data: invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis");
    assertThat(message(ask(""))).startsWith("bad_data: invalid parameter \"query\"");
    assertThat(message(ask("success_rate + on(x) group_left many / ignoring(i) many")))
        .startsWith("execution: ");
    TimeRange backwards = new TimeRange(PAST, PAST.minusSeconds(1));
    PrometheusQuery query = PrometheusQuery.of(server.url(), "up").withRange("a", "b", "1m");
    assertThat(message(provider.run(at(PAST).withRange(backwards), query)))
        .startsWith("bad_data: ")
        .contains("end");
    assertThat(message(ask(PrometheusQuery.of(server.url() + "/elsewhere", "up"))))
        .isEqualTo("client_error: client error: 404");
  }

  @Test
  void theServersOwnTimeLimit(@TempDir Path other) {
    try (PrometheusServer impatient =
        PrometheusServer.in(other).withFlags("--query.timeout=1ms").start()) {
      String half = "sum_over_time(vector(1)[1d:1s])";
      String expensive = half + " + " + half;
      assertThat(message(ask(PrometheusQuery.of(impatient.url(), expensive))))
          .isEqualTo("server_error: server error: 503");
    }
  }

  @Test
  @DisplayName("P-021 the query's time limit ends a query that the server still works on")
  void ourTimeLimit() throws IOException, InterruptedException {
    Path own = folder.resolve("frozen");
    java.nio.file.Files.createDirectories(own);
    try (PrometheusServer frozen = PrometheusServer.in(own).start()) {
      frozen.freeze();
      assertThat(
              message(
                  ask(PrometheusQuery.of(frozen.url(), "1").withTimeout(Duration.ofSeconds(1)))))
          .contains("context deadline exceeded: no complete answer within 1s");
    }
  }

  @Test
  void aServerThatIsKilledInTheMiddle(@TempDir Path other) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addNetworkInterceptor(
                chain -> {
                  chain
                      .call()
                      .addEventListener(
                          new EventListener() {
                            @Override
                            public void requestBodyEnd(Call call, long byteCount) {
                              asked.countDown();
                            }
                          });
                  return chain.proceed(chain.request());
                })
            .build();
    PrometheusServer doomed = PrometheusServer.in(other).start();
    doomed.freeze();
    CompletableFuture<Observation> seen =
        CompletableFuture.supplyAsync(
            () ->
                new PrometheusProvider(client)
                    .run(at(PAST), PrometheusQuery.of(doomed.url(), "1")));
    asked.await();
    doomed.close();
    assertThat(message(seen.join()))
        .startsWith("Post \"" + doomed.url() + "/api/v1/query\": ")
        .containsAnyOf("unexpected end of stream", "the connection broke", "Connection refused");
  }

  private static ReverseProxy.Guard demands(String header, String value) {
    return exchange -> header(exchange, header).equals(List.of(value)) ? 0 : 401;
  }

  private static List<String> header(HttpExchange exchange, String name) {
    List<String> values = exchange.getRequestHeaders().get(name);
    return values == null ? Collections.emptyList() : values;
  }

  @Test
  @DisplayName("P-023 basic credentials open the door, wrong ones do not")
  void basicAuthentication() {
    try (ReverseProxy proxy =
        new ReverseProxy(server.url(), demands("Authorization", "Basic Y2FybDpodW50ZXIy"))) {
      PrometheusQuery query = PrometheusQuery.of(proxy.url(), "1");
      assertThat(message(ask(query))).isEqualTo("client_error: client error: 401");
      assertThat(message(ask(query.withAuthentication(Authentication.basic("carl", "wrong")))))
          .isEqualTo("client_error: client error: 401");
      assertThat(
              value(ask(query.withAuthentication(Authentication.basic("carl", "hunter2"))))
                  .rendered())
          .isEqualTo("1");
    }
  }

  @Test
  void aBearerTokenInAHeader() {
    try (ReverseProxy proxy =
        new ReverseProxy(server.url(), demands("Authorization", "Bearer tok"))) {
      PrometheusQuery query = PrometheusQuery.of(proxy.url(), "1");
      assertThat(value(ask(query.withHeader("Authorization", "Bearer tok"))).rendered())
          .isEqualTo("1");
    }
  }

  @Test
  @DisplayName("P-009 a token of the token endpoint opens the door")
  void oauth2() {
    try (ReverseProxy proxy =
        new ReverseProxy(server.url(), demands("Authorization", "Bearer tok-1"))
            .answering("/oauth/token", "{\"access_token\":\"tok-1\",\"token_type\":\"bearer\"}")) {
      PrometheusQuery query =
          PrometheusQuery.of(proxy.url(), "1")
              .withAuthentication(
                  Authentication.oauth2(proxy.url() + "/oauth/token", "client", "secret", "read"));
      assertThat(value(ask(query)).rendered()).isEqualTo("1");
    }
  }

  @ParameterizedTest(name = "P-020 {0} to the POST")
  @ValueSource(ints = {403, 405, 501})
  void aProxyThatForbidsPost(int status) {
    ReverseProxy.Guard onlyGet = exchange -> exchange.getRequestMethod().equals("GET") ? 0 : status;
    try (ReverseProxy proxy = new ReverseProxy(server.url(), onlyGet)) {
      Observation.Value value =
          value(ask(PrometheusQuery.of(proxy.url(), "success_rate{app=\"shop\"} + 1")));
      assertThat(value.rendered()).isEqualTo("[1.99]");
      assertThat(proxy.requests()).containsExactly("POST", "GET");
    }
  }

  @Test
  void recordsTheQuery() {
    assertThat(provider.metadata(PrometheusQuery.of(server.url(), "up")))
        .isEqualTo(Map.of("ResolvedPrometheusQuery", "up"));
  }
}
