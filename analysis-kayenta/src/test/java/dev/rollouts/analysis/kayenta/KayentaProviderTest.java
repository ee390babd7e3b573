package dev.rollouts.analysis.kayenta;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.rollouts.analysis.http.RawServer;
import dev.rollouts.analysis.http.Trouble;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.KayentaCanary.Scope;
import dev.rollouts.api.provider.config.KayentaCanary.ScopeDetail;
import dev.rollouts.api.provider.config.KayentaCanary.Threshold;
import java.time.Duration;
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
import org.junit.jupiter.params.provider.ValueSource;

class KayentaProviderTest {
  private static final WireMockServer SERVER =
      new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());
  private static final Instant NOW = Instant.parse("2024-05-01T11:00:00.700Z");
  private static final MeasurementContext CONTEXT =
      MeasurementContext.of(new RunIdentity("uid", "run", "shop"), "canary", 1, NOW)
          .within(NOW.minusSeconds(600), Duration.ofHours(1));
  private static final String CONFIGURATIONS =
      "[{\"id\":\"other\",\"name\":\"no\"},{\"id\":\"b7 f0\",\"name\":\"my-test\"},{\"id\":\"late\",\"name\":\"my-test\"}]";

  private final KayentaProvider provider = new KayentaProvider();

  @BeforeAll
  static void start() {
    SERVER.start();
  }

  @AfterAll
  static void stop() {
    SERVER.stop();
  }

  @BeforeEach
  void answerWell() {
    SERVER.resetAll();
    SERVER.stubFor(get(urlPathEqualTo("/canaryConfig")).willReturn(okJson(CONFIGURATIONS)));
    SERVER.stubFor(
        post(urlPathEqualTo("/canary/b7%20f0"))
            .willReturn(okJson("{\"canaryExecutionId\":\"01HX\"}")));
  }

  private static KayentaCanary canary(boolean lookback, String... times) {
    ScopeDetail control = new ScopeDetail("app=guestbook", "us-west-2", 60, times[0], times[1]);
    ScopeDetail experiment =
        new ScopeDetail("app=guestbook-canary", "us-west-2", 60, times[2], times[3]);
    return new KayentaCanary(
        SERVER.url(""),
        "guest book",
        "my-test",
        "metrics&a",
        "configuration",
        "storage",
        new Threshold(90, 75),
        List.of(new Scope("default", control, experiment)),
        lookback);
  }

  private static KayentaCanary canary() {
    return canary(false, "", "", "", "");
  }

  private static Measurement inFlight(Map<String, String> metadata) {
    return new Measurement(AnalysisPhase.RUNNING, "", NOW, null, "", metadata, NOW.plusSeconds(15));
  }

  private Observation resume(String body) {
    SERVER.stubFor(get("/canary/01HX").willReturn(okJson(body)));
    return provider.resume(CONTEXT, canary(), inFlight(Map.of("canaryExecutionId", "01HX")));
  }

  private static String message(Observation seen) {
    assertThat(seen).isInstanceOf(Observation.Failure.class);
    return ((Observation.Failure) seen).message();
  }

  private static void sentTimes(String start, String end) {
    SERVER.verify(
        postRequestedFor(urlPathEqualTo("/canary/b7%20f0"))
            .withRequestBody(
                equalToJson(
                    """
                    {"scopes":{"default":{
                       "controlScope":{"scope":"app=guestbook","location":"us-west-2","step":60,"start":"%1$s","end":"%2$s"},
                       "experimentScope":{"scope":"app=guestbook-canary","location":"us-west-2","step":60,"start":"%1$s","end":"%2$s"}}},
                     "thresholds":{"pass":90,"marginal":75}}
                    """
                        .formatted(start, end))));
  }

  @Test
  @SuppressWarnings("rawtypes")
  void isFoundByServiceLoader() {
    assertThat(ServiceLoader.load(MetricProvider.class).stream())
        .extracting(found -> found.type().getName())
        .contains(KayentaProvider.class.getName());
    assertThat(provider.configType()).isEqualTo(KayentaCanary.class);
  }

  @Test
  void startsAnExecutionOfTheFirstConfigurationWithTheName() {
    assertThat(provider.run(CONTEXT, canary()))
        .isEqualTo(
            Observation.inProgress(Map.of("canaryExecutionId", "01HX"), NOW.plusSeconds(15)));
    SERVER.verify(
        getRequestedFor(
            urlEqualTo("/canaryConfig?application=guest+book&configurationAccountName=storage")));
    SERVER.verify(
        postRequestedFor(
                urlEqualTo(
                    "/canary/b7%20f0?application=guest+book&metricsAccountName=metrics%26a&configurationAccountName=configuration&storageAccountName=storage"))
            .withHeader("Content-Type", equalTo("application/json")));
    sentTimes("2024-05-01T10:00:00Z", "2024-05-01T11:00:00Z");
    SERVER.verify(2, anyRequestedFor(anyUrl()));
  }

  @Test
  void looksBackToTheStartOfTheRun() {
    provider.run(CONTEXT, canary(true, "", "", "", ""));
    sentTimes("2024-05-01T10:50:00Z", "2024-05-01T11:00:00Z");
    SERVER.resetRequests();
    provider.run(CONTEXT.within(null, null), canary(true, "", "", "", ""));
    sentTimes("2024-05-01T11:00:00Z", "2024-05-01T11:00:00Z");
  }

  @Test
  void passesGivenTimesOnAsTheyAre() {
    provider.run(CONTEXT, canary(true, "yesterday", "today", "yesterday", "today"));
    sentTimes("yesterday", "today");
  }

  @Test
  void refusesTimesThatContradictEachOther() {
    assertThat(message(provider.run(CONTEXT, canary(false, "a", "", "", ""))))
        .isEqualTo("controlScope.start and experimentScope.start must both be set or be empty");
    assertThat(message(provider.run(CONTEXT, canary(false, "", "", "", "b"))))
        .isEqualTo("controlScope.end and experimentScope.end must both be set or be empty");
    assertThat(message(provider.run(CONTEXT.within(null, null), canary())))
        .startsWith("Invalid duration \"\": time: invalid duration \"\"");
    SERVER.verify(0, anyRequestedFor(anyUrl()));
  }

  @ParameterizedTest(name = "{0} {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "404|``|Invalid Response: HTTP 404",
        "500|[]|Invalid Response: HTTP 500",
        "201|[]|Invalid Response: HTTP 201",
        "200|[]|Canary config not found",
        "200|[{\"name\":\"other\",\"id\":\"x\"}]|Canary config not found",
        "200|[{\"name\":\"my-test\"},7,null]|Canary config not found",
        "200|{}|Invalid Response: the canary configurations have to be an array",
        "200|<html>|Invalid Response: invalid character '<' looking for the beginning of a value (position 0)",
      })
  void withoutAConfigurationNothingStarts(int status, String body, String message) {
    SERVER.stubFor(
        get(urlPathEqualTo("/canaryConfig"))
            .willReturn(aResponse().withStatus(status).withBody(body)));
    assertThat(message(provider.run(CONTEXT, canary()))).isEqualTo(message);
    SERVER.verify(0, postRequestedFor(anyUrl()));
  }

  @ParameterizedTest(name = "{0} {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "400|{}|Invalid Response",
        "500|{}|Invalid Response",
        "200|{}|Invalid canaryExecutionId",
        "200|{\"canaryExecutionId\":null}|Invalid canaryExecutionId",
        "200|{\"canaryExecutionId\":\"\"}|Invalid canaryExecutionId",
        "200|{\"canaryExecutionId\":7}|Invalid canaryExecutionId",
        "200|[]|Invalid canaryExecutionId",
        "200|x|Invalid Response: invalid character 'x' looking for the beginning of a value (position 0)",
      })
  void anExecutionThatDoesNotStartIsAnError(int status, String body, String message) {
    SERVER.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(status).withBody(body)));
    assertThat(message(provider.run(CONTEXT, canary()))).isEqualTo(message);
    SERVER.verify(1, postRequestedFor(anyUrl()));
  }

  @ParameterizedTest(name = "score {0}: {1} with value {2}")
  @CsvSource({
    "100, SUCCESSFUL, 100",
    "92.7, SUCCESSFUL, 92",
    "90, SUCCESSFUL, 90",
    "89.99, INCONCLUSIVE, 89",
    "75, INCONCLUSIVE, 75",
    "74.999, FAILED, 74",
    "0, FAILED, 0",
    "-0.5, FAILED, 0",
    "1e300, SUCCESSFUL, 9223372036854775807",
  })
  void theScoreIsTheVerdict(String score, AnalysisPhase phase, String value) {
    assertThat(
            resume(
                "{\"complete\":true,\"result\":{\"judgeResult\":{\"score\":{\"score\":%s,\"classification\":\"x\"}}}}"
                    .formatted(score)))
        .isEqualTo(new Observation.Verdict(phase, value, "", Map.of("canaryExecutionId", "01HX")));
  }

  @Test
  void anExecutionThatIsNotCompleteIsLookedAtAgain() {
    assertThat(resume("{\"complete\":false,\"status\":\"running\"}"))
        .isEqualTo(
            Observation.inProgress(Map.of("canaryExecutionId", "01HX"), NOW.plusSeconds(15)));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|Missing Complete Status",
        "{\"complete\":null}|Missing Complete Status",
        "{\"complete\":\"true\"}|Invalid Response: complete has to be true or false",
        "{\"complete\":true}|Missing Score",
        "{\"complete\":true,\"result\":{\"judgeResult\":{}}}|Missing Score",
        "{\"complete\":true,\"result\":{\"judgeResult\":{\"score\":{\"score\":null}}}}|Missing Score",
        "{\"complete\":true,\"result\":{\"judgeResult\":{\"score\":{\"score\":\"92\"}}}}|Invalid Response: score has to be a number",
        "[]|Invalid Response: the answer has to be an object",
        "x|Invalid Response: invalid character 'x' looking for the beginning of a value (position 0)",
      })
  void anAnswerWithoutAScoreIsAnError(String body, String message) {
    assertThat(resume(body))
        .isEqualTo(new Observation.Failure(message, Map.of("canaryExecutionId", "01HX")));
  }

  @ParameterizedTest(name = "status {0} ends the measurement")
  @ValueSource(ints = {201, 404, 429, 500, 503})
  void aBadPollEndsTheMeasurement(int status) {
    SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status)));
    assertThat(
            message(
                provider.resume(CONTEXT, canary(), inFlight(Map.of("canaryExecutionId", "01HX")))))
        .isEqualTo("Invalid Response");
    SERVER.verify(1, anyRequestedFor(anyUrl()));
  }

  @Test
  void aMeasurementWithoutAnExecutionIsAnError() {
    assertThat(message(provider.resume(CONTEXT, canary(), inFlight(Map.of()))))
        .isEqualTo(
            "metric \"canary\": the measurement in flight has no metadata canaryExecutionId, so Kayenta cannot be asked for it");
    SERVER.verify(0, anyRequestedFor(anyUrl()));
  }

  @Test
  @DisplayName("A-173 termination leaves the measurement as it is and asks nobody")
  void terminationChangesNothing() {
    assertThat(provider.terminate(CONTEXT, canary(), inFlight(Map.of("canaryExecutionId", "01HX"))))
        .isEqualTo(
            Observation.inProgress(Map.of("canaryExecutionId", "01HX"), NOW.plusSeconds(15)));
    SERVER.verify(0, anyRequestedFor(anyUrl()));
  }

  @Test
  void anExecutionIdIsNoWayOut() {
    provider.resume(CONTEXT, canary(), inFlight(Map.of("canaryExecutionId", "../x?y=z#ä")));
    SERVER.verify(getRequestedFor(urlEqualTo("/canary/..%2Fx%3Fy%3Dz%23%C3%A4")));
  }

  @ParameterizedTest
  @EnumSource(
      value = Trouble.class,
      mode = Mode.EXCLUDE,
      names = {"NEVER_ANSWERS", "DRIPS"})
  @DisplayName("P-002 whatever is wrong with the server is a failure")
  void survivesATroublesomeServer(Trouble trouble) {
    try (RawServer server = trouble.server()) {
      KayentaCanary good = canary();
      KayentaCanary troubled =
          new KayentaCanary(
              server.url("/"),
              good.application(),
              good.canaryConfigName(),
              "m",
              "c",
              "s",
              good.threshold(),
              good.scopes(),
              false);
      assertThat(message(provider.run(CONTEXT, troubled))).isNotBlank();
      assertThat(
              message(
                  provider.resume(CONTEXT, troubled, inFlight(Map.of("canaryExecutionId", "x")))))
          .isNotBlank();
    }
  }

  @Test
  @DisplayName("P-002 random bytes are an observation")
  void neverThrows() {
    Random random = new Random(51);
    for (int i = 0; i < 200; i++) {
      byte[] body = new byte[random.nextInt(60)];
      random.nextBytes(body);
      SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withBody(body)));
      assertThat(provider.run(CONTEXT, canary())).isInstanceOf(Observation.Failure.class);
      assertThat(provider.resume(CONTEXT, canary(), inFlight(Map.of("canaryExecutionId", "x"))))
          .isInstanceOf(Observation.Failure.class);
    }
  }
}
