package dev.rollouts.analysis.wavefront;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.rollouts.analysis.http.RawServer;
import dev.rollouts.analysis.http.TestClients;
import dev.rollouts.analysis.http.Trouble;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.Observation.Value.Part;
import dev.rollouts.api.provider.ObservedData.Sample;
import dev.rollouts.api.provider.ObservedData.Series;
import dev.rollouts.api.provider.ObservedData.SeriesData;
import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource;
import dev.rollouts.api.provider.SecretSource.Scope;
import dev.rollouts.api.provider.SecretSource.UnavailableException;
import dev.rollouts.api.provider.config.WavefrontQuery;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class WavefrontProviderTest {
  private static final WireMockServer SERVER =
      new WireMockServer(options().bindAddress("127.0.0.1").httpDisabled(true).dynamicHttpsPort());
  private static final String ONE =
      "{\"timeseries\":[{\"label\":\"requests\",\"host\":\"pod-1\",\"tags\":{\"env\":\"prod\"},\"data\":[[1714557580,0.981],[1714557599,0.973]]}],\"warnings\":\"\"}";

  /** 1714557600. */
  private static final Instant NOW = Instant.parse("2024-05-01T10:00:00.900Z");

  private final WavefrontProvider provider = new WavefrontProvider(TestClients.trusting());

  @BeforeAll
  static void start() {
    SERVER.start();
  }

  @AfterAll
  static void stop() {
    SERVER.stop();
  }

  @BeforeEach
  void answerWithOneSeries() {
    SERVER.resetAll();
    answer(ONE);
  }

  private static void answer(String body) {
    SERVER.stubFor(any(anyUrl()).willReturn(okJson(body)));
  }

  private static String address() {
    return "localhost:" + SERVER.httpsPort();
  }

  private static WavefrontQuery query() {
    return new WavefrontQuery(address(), "ts(\"requests\") & x");
  }

  private static MeasurementContext context(SecretSource secrets) {
    return MeasurementContext.of(new RunIdentity("uid", "run", "shop"), "requests", 1, NOW)
        .withSecrets(secrets);
  }

  private static MeasurementContext context(String address) {
    return context(
        (scope, name) -> {
          assertThat(scope).isEqualTo(Scope.CONTROLLER);
          assertThat(name).isEqualTo("wavefront-api-tokens");
          return Map.of(address, Secret.of("tok-4711"), "other", Secret.of("no"));
        });
  }

  private Observation ask() {
    return provider.run(context(address()), query());
  }

  private static Observation.Value value(Observation seen) {
    assertThat(seen).isInstanceOf(Observation.Value.class);
    return (Observation.Value) seen;
  }

  @Test
  @SuppressWarnings("rawtypes")
  void isFoundByServiceLoader() {
    assertThat(ServiceLoader.load(MetricProvider.class).stream())
        .extracting(found -> found.type().getName())
        .contains(WavefrontProvider.class.getName());
    assertThat(provider.configType()).isEqualTo(WavefrontQuery.class);
  }

  @Test
  void asksForTheSecondOfTheStart() {
    ask();
    SERVER.verify(
        getRequestedFor(urlPathEqualTo("/api/v2/chart/api"))
            .withQueryParam("q", equalTo("ts(\"requests\") & x"))
            .withQueryParam("s", equalTo("1714557600000"))
            .withQueryParam("e", equalTo("1714557600000"))
            .withQueryParam("g", equalTo("s"))
            .withQueryParam("p", equalTo("1"))
            .withQueryParam("i", equalTo("true"))
            .withQueryParam("autoEvents", equalTo("false"))
            .withQueryParam("listmode", equalTo("false"))
            .withQueryParam("strict", equalTo("false"))
            .withQueryParam("includeObsoleteMetrics", equalTo("false"))
            .withHeader("Authorization", equalTo("Bearer tok-4711"))
            .withHeader("Accept", equalTo("application/json")));
  }

  @Test
  @DisplayName("P-061 one series is a scalar")
  void oneSeriesIsAScalar() {
    Observation.Value value = value(ask());
    assertThat(value.kind()).isEqualTo(ResultKind.SCALAR);
    assertThat(value.value()).isEqualTo(0.973);
    assertThat(value.rendered()).isEqualTo("0.97");
    assertThat(value.metadata()).isEqualTo(Map.of("timestamps", "1714557599", "drift", "-1"));
    assertThat(value.keptOnError()).containsExactly(Part.METADATA);
    assertThat(value.data())
        .isEqualTo(
            new SeriesData(
                List.of(
                    new Series(
                        Map.of("label", "requests", "host", "pod-1", "env", "prod"),
                        List.of(
                            new Sample(Instant.ofEpochSecond(1714557580), 0.981),
                            new Sample(Instant.ofEpochSecond(1714557599), 0.973))))));
  }

  @Test
  @DisplayName("P-061 several series are a vector")
  void severalSeriesAreAVector() {
    answer(
        "{\"timeseries\":[{\"data\":[[1714557599,0.973]]},{\"data\":[[1714557593,0.5]]},{\"data\":[]}]}");
    Observation.Value value = value(ask());
    assertThat(value.kind()).isEqualTo(ResultKind.VECTOR);
    assertThat(value.value()).isEqualTo(List.of(0.973, 0.5, 0.0));
    assertThat(value.rendered()).isEqualTo("[0.97,0.50,0.00]");
    assertThat(value.metadata())
        .isEqualTo(Map.of("timestamps", "[1714557599,1714557593,0]", "drift", "[-1,-7,0]"));
  }

  @ParameterizedTest(name = "P-060 of {0} the point {1} with drift {2} counts")
  @CsvSource(
      delimiter = '|',
      value = {
        "[[1714557590,1],[1714557610,2]]|1.00|-10",
        "[[1714557610,2],[1714557590,1]]|2.00|10",
        "[[1714557590,1],[1714557609,2]]|2.00|9",
        "[[1714557600,1],[1714557600,2]]|1.00|0",
        "[[1714557700,2.675]]|2.67|100",
        "[]|0.00|0",
        "null|0.00|0",
      })
  void theNearestPointCounts(String points, String rendered, String drift) {
    answer("{\"timeseries\":[{\"data\":" + points + "}]}");
    Observation.Value value = value(ask());
    assertThat(value.rendered()).isEqualTo(rendered);
    assertThat(value.metadata().get("drift")).isEqualTo(drift);
  }

  @Test
  @DisplayName("P-062 no series is an error, whatever else the body says")
  void noSeriesIsAnError() {
    for (String body :
        List.of(
            "{\"timeseries\":[]}",
            "{}",
            "{\"errorType\":\"QuerySyntaxError\",\"errorMessage\":\"bad\"}")) {
      answer(body);
      assertThat(ask())
          .isEqualTo(Observation.failure("No TimeSeries found in response from Wavefront"));
    }
  }

  @Test
  @DisplayName("P-063 warnings are metadata, also of an error when there was an answer")
  void warningsAreMetadata() {
    answer(ONE.replace("\"warnings\":\"\"", "\"warnings\":\"too many points\""));
    assertThat(ask().metadata()).containsEntry("warnings", "too many points");
    answer("{\"timeseries\":[],\"warnings\":\"too many points\"}");
    assertThat(ask())
        .isEqualTo(
            new Observation.Failure(
                "No TimeSeries found in response from Wavefront",
                Map.of("warnings", "too many points")));
  }

  @Test
  @DisplayName(
      "P-064 other statuses are errors with status and body, in which the token is not shown")
  void otherStatusesAreErrors() {
    for (int status : new int[] {201, 400, 401, 404, 429, 500, 503}) {
      SERVER.stubFor(
          any(anyUrl())
              .willReturn(aResponse().withStatus(status).withBody("no such token: tok-4711")));
      Observation seen = ask();
      assertThat(((Observation.Failure) seen).message())
          .startsWith("server returned " + status)
          .endsWith("\nno such token: *****\n");
    }
    SERVER.stubFor(
        any(anyUrl()).willReturn(aResponse().withStatus(500).withBody("x".repeat(5000))));
    assertThat(((Observation.Failure) ask()).message())
        .startsWith("server returned 500 ")
        .endsWith("… (3976 more characters)\n");
  }

  @Test
  void withoutATokenNothingIsAsked() {
    assertThat(provider.run(context("elsewhere.example"), query()))
        .isEqualTo(Observation.failure("API token not found"));
    SecretSource none =
        (scope, name) -> {
          throw new UnavailableException("secrets \"" + name + "\" not found");
        };
    assertThat(provider.run(context(none), query()))
        .isEqualTo(Observation.failure("secrets \"wavefront-api-tokens\" not found"));
    assertThat(SERVER.getAllServeEvents()).isEmpty();
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<html>|invalid character '<' looking for the beginning of a value (position 0)",
        "[]|the answer has to be an object; is this a Wavefront server?",
        "{\"timeseries\":7}|timeseries has to be an array",
        "{\"timeseries\":[7]}|timeseries[0] has to be an object",
        "{\"timeseries\":[{\"data\":{}}]}|timeseries[0].data has to be an array",
        "{\"timeseries\":[{\"data\":[7]}]}|timeseries[0].data: a point has to be a pair of time and number",
        "{\"timeseries\":[{\"data\":[[1,null]]}]}|timeseries[0].data: a point has to be a pair of time and number",
        "{\"timeseries\":[{\"data\":[[1e300,1]]}]}|timeseries[0].data: a point has to be a pair of time and number",
      })
  void malformedAnswersAreErrors(String body, String message) {
    answer(body);
    assertThat(ask()).isEqualTo(Observation.failure("bad answer of Wavefront: " + message));
  }

  @ParameterizedTest
  @EnumSource(
      value = Trouble.class,
      mode = Mode.EXCLUDE,
      names = {"NEVER_ANSWERS", "DRIPS"})
  @DisplayName("P-002 whatever is wrong with the server is a failure")
  void survivesATroublesomeServer(Trouble trouble) {
    try (RawServer server = trouble.server()) {
      String address = server.url("").replace("http://", "");
      Observation seen =
          new WavefrontProvider(TestClients.withoutTls())
              .run(context(address), new WavefrontQuery(address, "ts(x)"));
      assertThat(seen).isInstanceOf(Observation.Failure.class);
      assertThat(((Observation.Failure) seen).message()).doesNotContain("tok-4711");
    }
  }

  @Test
  @DisplayName("P-002 random bytes are an observation")
  void neverThrows() {
    Random random = new Random(41);
    for (int i = 0; i < 2_000; i++) {
      byte[] body = new byte[random.nextInt(100)];
      random.nextBytes(body);
      String text = new String(body, java.nio.charset.StandardCharsets.ISO_8859_1);
      String mutated = random.nextBoolean() ? text : ONE.replace("0.981", text);
      assertThat(WavefrontResponse.parse(mutated, 0)).isNotNull();
    }
  }

  @Test
  void knowsTheKindsOfItsResults() {
    assertThat(provider.resultKinds(query()))
        .containsExactlyInAnyOrder(ResultKind.SCALAR, ResultKind.VECTOR);
  }
}
