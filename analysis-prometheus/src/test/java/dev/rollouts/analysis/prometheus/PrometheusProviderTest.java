package dev.rollouts.analysis.prometheus;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.rollouts.analysis.http.RawServer;
import dev.rollouts.analysis.http.Trouble;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.MeasurementContext.TimeRange;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.Authentication;
import dev.rollouts.api.provider.config.Authentication.BasicAuth;
import dev.rollouts.api.provider.config.Authentication.OAuth2;
import dev.rollouts.api.provider.config.Authentication.SigV4;
import dev.rollouts.api.provider.config.PrometheusQuery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.zip.GZIPOutputStream;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusProviderTest {
  private static final WireMockServer SERVER =
      new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());
  private static final String ONE =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"1\"]}}";
  private static final Instant NOW = Instant.parse("2024-05-01T10:00:00.250Z");
  private static final MeasurementContext CONTEXT =
      MeasurementContext.of(new RunIdentity("uid", "run", "shop"), "success-rate", 1, NOW);

  private final PrometheusProvider provider = new PrometheusProvider();

  @BeforeAll
  static void start() {
    SERVER.start();
  }

  @AfterAll
  static void stop() {
    SERVER.stop();
  }

  @BeforeEach
  void answerOne() {
    SERVER.resetAll();
    SERVER.stubFor(any(anyUrl()).willReturn(okJson(ONE)));
  }

  private static PrometheusQuery query(String path) {
    return PrometheusQuery.of(SERVER.url(path), "up");
  }

  private static PrometheusQuery authenticated(
      @Nullable SigV4 sigv4, @Nullable OAuth2 oauth2, @Nullable BasicAuth basic) {
    return query("").withAuthentication(new Authentication(sigv4, oauth2, basic));
  }

  private static OAuth2 oauth2() {
    return new OAuth2(SERVER.url("/token"), "client", "s3cret!", List.of());
  }

  private String failure(PrometheusQuery query) {
    Observation seen = provider.run(CONTEXT, query);
    assertThat(seen).isInstanceOf(Observation.Failure.class);
    return ((Observation.Failure) seen).message();
  }

  @Test
  @SuppressWarnings("rawtypes")
  void isFoundByServiceLoader() {
    assertThat(ServiceLoader.load(MetricProvider.class).stream())
        .extracting(found -> found.type().getName())
        .contains(PrometheusProvider.class.getName());
    assertThat(provider.configType()).isEqualTo(PrometheusQuery.class);
  }

  @Test
  void asksByAFormPost() {
    Observation seen = provider.run(CONTEXT, PrometheusQuery.of(SERVER.url(""), "sum(a+b) & c"));
    assertThat(((Observation.Value) seen).rendered()).isEqualTo("1");
    SERVER.verify(1, anyRequestedFor(anyUrl()));
    SERVER.verify(
        postRequestedFor(urlEqualTo("/api/v1/query"))
            .withHeader("Content-Type", equalTo("application/x-www-form-urlencoded"))
            .withHeader("Authorization", absent())
            .withRequestBody(equalTo("query=sum%28a%2Bb%29+%26+c&time=1714557600.25")));
  }

  @Test
  void asksForARangeBetweenTheGivenInstants() {
    MeasurementContext ranged =
        CONTEXT.withRange(
            new TimeRange(NOW.minusSeconds(3600), Instant.parse("2024-05-01T10:00:00Z")));
    provider.run(ranged, query("").withRange("now() - duration(\"1h\")", "now()", "1m30s"));
    SERVER.verify(
        postRequestedFor(urlEqualTo("/api/v1/query_range"))
            .withRequestBody(equalTo("query=up&start=1714554000.25&end=1714557600&step=90")));
  }

  @Test
  void refusesABadRange() {
    assertThat(
            provider.run(
                CONTEXT.withRange(new TimeRange(NOW, NOW)),
                query("").withRange("now()", "now()", "5")))
        .isEqualTo(
            Observation.failure(
                "failed to parse rangeQuery.step as duration: time: missing unit in duration \"5\""));
    assertThat(failure(query("").withRange("now()", "now()", "1m")))
        .startsWith(
            "metric \"success-rate\": whoever called the provider did not evaluate rangeQuery.start");
  }

  @ParameterizedTest(name = "address {0} -> {1}")
  @CsvSource({
    "'', /api/v1/query",
    "/, /api/v1/query",
    "///, /api/v1/query",
    "/prefix/a, /prefix/a/api/v1/query",
    "/prefix//, /prefix/api/v1/query",
    "/prefix?tenant=a%20b, /prefix/api/v1/query?tenant=a%20b",
    "?tenant=x#f, /api/v1/query?tenant=x",
  })
  void keepsPathPrefixAndQueryOfTheAddress(String path, String url) {
    provider.run(CONTEXT, PrometheusQuery.of("http://127.0.0.1:" + SERVER.port() + path, "up"));
    SERVER.verify(postRequestedFor(urlEqualTo(url)));
  }

  @Test
  void findsTheServerInTheEnvironment() {
    PrometheusQuery anywhere = new PrometheusQuery(null, "up", null, false, List.of(), null, null);
    assertThat(failure(anywhere)).isEqualTo("prometheus address is not configured");
    assertThat(failure(PrometheusQuery.of("", "up")))
        .isEqualTo("prometheus address is not configured");
    ProviderSettings settings =
        ProviderSettings.defaults()
            .withEnvironment(Map.of("ARGO_ROLLOUTS_PROMETHEUS_ADDRESS", SERVER.url("/env")));
    provider.withSettings(settings).run(CONTEXT, anywhere);
    SERVER.verify(postRequestedFor(urlEqualTo("/env/api/v1/query")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prometheus:9090",
        "//prometheus",
        "http://",
        "prometheus",
        " ",
        "/a",
        "http:///x"
      })
  void refusesAnAddressThatIsNoUrl(String address) {
    assertThat(failure(PrometheusQuery.of(address, "up")))
        .isEqualTo("prometheus address is not is url format");
  }

  @Test
  void sendsCredentialsOfTheAddress() {
    provider.run(
        CONTEXT, PrometheusQuery.of(SERVER.url("").replace("//", "//carl:hunter2@"), "up"));
    SERVER.verify(
        postRequestedFor(anyUrl()).withHeader("Authorization", equalTo("Basic Y2FybDpodW50ZXIy")));
  }

  @ParameterizedTest(name = "P-020 status {0} to the POST: asked by GET: {1}")
  @CsvSource({
    "403, true",
    "405, true",
    "501, true",
    "400, false",
    "401, false",
    "404, false",
    "429, false",
    "500, false",
    "503, false"
  })
  void asksByGetWherePostIsRefused(int status, boolean asksAgain) {
    SERVER.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(status)));
    Observation seen = provider.run(CONTEXT, query("/p?x=1").withHeader("X-Tenant", "t"));
    assertThat(seen instanceof Observation.Value).isEqualTo(asksAgain);
    SERVER.verify(asksAgain ? 2 : 1, anyRequestedFor(anyUrl()));
    if (asksAgain) {
      SERVER.verify(
          getRequestedFor(urlEqualTo("/p/api/v1/query?x=1&query=up&time=1714557600.25"))
              .withHeader("X-Tenant", equalTo("t")));
    }
  }

  @Test
  @DisplayName("P-020 the outcome of the GET counts")
  void theOutcomeOfTheGetCounts() {
    SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(403)));
    assertThat(failure(query(""))).isEqualTo("client_error: client error: 403");
    SERVER.verify(2, anyRequestedFor(anyUrl()));
  }

  @Test
  @DisplayName("P-021 no time: over at once; less: refused; the limit is not sent")
  void boundsTheWholeExchange() {
    assertThat(failure(query("").withTimeout(Duration.ZERO)))
        .isEqualTo(
            "Post \"%s\": context deadline exceeded: no complete answer within 0s; raise provider.prometheus.timeout or make the query cheaper"
                .formatted(SERVER.url("/api/v1/query")));
    assertThat(failure(query("").withTimeout(Duration.ofSeconds(-1))))
        .isEqualTo("prometheus timeout should not be negative");
    assertThat(SERVER.getAllServeEvents()).isEmpty();
    assertThat(provider.run(CONTEXT, query("").withTimeout(Duration.ofSeconds(Long.MAX_VALUE))))
        .isInstanceOf(Observation.Value.class);
    SERVER.stubFor(any(anyUrl()).willReturn(okJson(ONE).withFixedDelay(60_000)));
    assertThat(failure(query("").withTimeout(Duration.ofSeconds(1))))
        .contains("no complete answer within 1s");
    SERVER.resetAll();
  }

  @Test
  @DisplayName("P-023 basic credentials, both or none")
  void authenticatesWithBasic() {
    provider.run(CONTEXT, query("").withAuthentication(Authentication.basic("carl", "hünter:2")));
    SERVER.verify(
        postRequestedFor(anyUrl())
            .withHeader("Authorization", equalTo("Basic Y2FybDpow7xudGVyOjI=")));
    assertThat(failure(authenticated(null, null, new BasicAuth("", "x"))))
        .isEqualTo("missing mandatory parameter in metric for basic auth setup: username");
    assertThat(failure(authenticated(null, null, new BasicAuth("x", ""))))
        .isEqualTo("missing mandatory parameter in metric for basic auth setup: password");
    SERVER.resetRequests();
    provider.run(CONTEXT, authenticated(null, null, new BasicAuth("", "")));
    SERVER.verify(postRequestedFor(anyUrl()).withHeader("Authorization", absent()));
  }

  @Test
  @DisplayName("P-009 a token is fetched for every measurement, with the user's headers")
  void authenticatesWithOAuth2() {
    SERVER.stubFor(
        post("/token")
            .willReturn(okJson("{\"access_token\":\"tok-4711\",\"token_type\":\"bearer\"}")));
    PrometheusQuery query = authenticated(null, oauth2(), null).withHeader("X-Tenant", "t");
    provider.run(CONTEXT, query);
    provider.run(CONTEXT, query);
    SERVER.verify(2, postRequestedFor(urlEqualTo("/token")).withHeader("X-Tenant", equalTo("t")));
    SERVER.verify(
        2,
        postRequestedFor(urlEqualTo("/api/v1/query"))
            .withHeader("Authorization", equalTo("Bearer tok-4711")));
  }

  @Test
  @DisplayName(
      "P-009 without a token nothing is asked, and the message says so and shows no secret")
  void saysWhyThereIsNoToken() {
    SERVER.stubFor(post("/token").willReturn(aResponse().withStatus(401).withBody("bad s3cret!")));
    assertThat(failure(authenticated(null, oauth2(), null)))
        .isEqualTo(
            "Post \"%s\": oauth2: cannot fetch token: 401 Unauthorized\nResponse: bad *****"
                .formatted(SERVER.url("/api/v1/query")));
    SERVER.verify(0, postRequestedFor(urlEqualTo("/api/v1/query")));
    assertThat(failure(authenticated(null, new OAuth2(SERVER.url("/t"), "", "", List.of()), null)))
        .isEqualTo("missing mandatory parameter in metric for OAuth2 setup");
    assertThat(provider.run(CONTEXT, authenticated(null, new OAuth2("", "", "", List.of()), null)))
        .as("an empty tokenUrl turns it off")
        .isInstanceOf(Observation.Value.class);
  }

  @Test
  @DisplayName(
      "P-022 the user's headers win over every other credential; basic steps back behind OAuth2")
  void appliesCredentialsFromTheOutsideIn() {
    SERVER.stubFor(post("/token").willReturn(okJson("{\"access_token\":\"tok-4711\"}")));
    provider.run(CONTEXT, authenticated(null, oauth2(), new BasicAuth("carl", "hunter2")));
    SERVER.verify(
        postRequestedFor(urlEqualTo("/api/v1/query"))
            .withHeader("Authorization", equalTo("Bearer tok-4711")));
    SERVER.resetRequests();
    provider.run(
        CONTEXT,
        authenticated(null, oauth2(), new BasicAuth("carl", "hunter2"))
            .withHeader("authorization", "Token mine"));
    SERVER.verify(
        postRequestedFor(urlEqualTo("/api/v1/query"))
            .withHeader("Authorization", equalTo("Token mine")));
    SERVER.verify(
        postRequestedFor(urlEqualTo("/token")).withHeader("Authorization", equalTo("Token mine")));
  }

  @ParameterizedTest(name = "P-024 path {0}, region {1}: signer wanted: {2}")
  @CsvSource({
    "/aps-workspaces/ws-1, eu-west-1, true",
    "/aps-workspaces/ws-1, '', false",
    "/other, eu-west-1, false"
  })
  void sigV4NeedsASignerOnTheClassPath(String path, String region, boolean wanted) {
    PrometheusQuery query =
        query(path).withAuthentication(new Authentication(new SigV4(region, "", ""), null, null));
    if (wanted) {
      assertThat(failure(query))
          .isEqualTo(
              "authentication.sigv4: no implementation of dev.rollouts.analysis.prometheus.SigV4Signer is on the class path; add one, or remove sigv4 and sign in a proxy");
    } else {
      assertThat(provider.run(CONTEXT, query)).isInstanceOf(Observation.Value.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  @DisplayName("P-002 whatever is wrong with the server is a failure, in time")
  void survivesATroublesomeServer(Trouble trouble) {
    try (RawServer server = trouble.server()) {
      PrometheusQuery query = PrometheusQuery.of(server.url(""), "up");
      String message = failure(trouble.lasts() ? query.withTimeout(Duration.ofSeconds(1)) : query);
      assertThat(message).isNotBlank().hasSizeLessThan(700);
      assertThat(server.requests()).hasSize(trouble == Trouble.REDIRECT_LOOP ? 11 : 1);
    }
  }

  @Test
  @DisplayName("P-002 random bytes are an observation")
  void neverThrows() {
    Random random = new Random(12);
    for (int i = 0; i < 300; i++) {
      byte[] body = new byte[random.nextInt(200)];
      random.nextBytes(body);
      int status = random.nextInt(4) == 0 ? 400 : 200;
      SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody(body)));
      assertThat(provider.run(CONTEXT, query(""))).isInstanceOf(Observation.Failure.class);
    }
  }

  @Test
  void credentialsThatAreEchoedAreNotRecorded() {
    String basic = "Y2FybDpodW50ZXIy";
    SERVER.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withBody(
                        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"got Basic %s of hunter2\"}"
                            .formatted(basic))));
    assertThat(failure(authenticated(null, null, new BasicAuth("carl", "hunter2"))))
        .isEqualTo("bad_data: got Basic ***** of *****");
    SERVER.stubFor(
        any(anyUrl())
            .willReturn(okJson(ONE.replace("}}", "},\"warnings\":[\"saw " + basic + "\"]}"))));
    Observation seen =
        provider.run(CONTEXT, authenticated(null, null, new BasicAuth("carl", "hunter2")));
    assertThat(seen.metadata()).isEqualTo(Map.of("warnings", "\"saw *****\""));
  }

  @Test
  @DisplayName("P-028 the final query is metadata of the metric, unless it is empty")
  void recordsTheFinalQuery() {
    assertThat(provider.metadata(query(""))).isEqualTo(Map.of("ResolvedPrometheusQuery", "up"));
    assertThat(provider.metadata(PrometheusQuery.of("http://p", ""))).isEmpty();
  }

  @Test
  void knowsTheKindsOfItsResults() {
    assertThat(provider.resultKinds(query("")))
        .containsExactlyInAnyOrder(ResultKind.SCALAR, ResultKind.VECTOR);
    assertThat(provider.resultKinds(query("").withRange("a", "b", "1m")))
        .containsExactly(ResultKind.VECTOR);
  }

  @Test
  @DisplayName("P-005 it answers at once, so there is nothing to resume")
  void hasNothingToResume() {
    Measurement inFlight =
        new Measurement(AnalysisPhase.RUNNING, "", NOW, null, "", Map.of(), null);
    assertThat(provider.resume(CONTEXT, query(""), inFlight))
        .isInstanceOf(Observation.Failure.class);
    assertThat(provider.terminate(CONTEXT, query(""), inFlight))
        .isInstanceOf(Observation.Failure.class);
  }

  @Test
  @DisplayName("P-008 redirects are followed, the form with them")
  void followsRedirects() {
    SERVER.stubFor(
        post("/api/v1/query")
            .willReturn(aResponse().withStatus(308).withHeader("Location", "/moved/api/v1/query")));
    assertThat(provider.run(CONTEXT, query(""))).isInstanceOf(Observation.Value.class);
    SERVER.verify(
        postRequestedFor(urlEqualTo("/moved/api/v1/query"))
            .withRequestBody(equalTo("query=up&time=1714557600.25")));
  }

  @Test
  void usesTheClientThatItIsGiven() {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> chain.proceed(chain.request().newBuilder().header("X-Mine", "1").build()))
            .build();
    new PrometheusProvider(client).run(CONTEXT, query(""));
    new PrometheusProvider(client)
        .withSettings(ProviderSettings.defaults())
        .run(CONTEXT, query(""));
    SERVER.verify(2, postRequestedFor(anyUrl()).withHeader("X-Mine", equalTo("1")));
  }

  @Test
  void readsAPackedAnswer() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(ONE.getBytes(StandardCharsets.UTF_8));
    }
    SERVER.stubFor(
        any(anyUrl())
            .withHeader("Accept-Encoding", equalTo("gzip"))
            .willReturn(
                aResponse().withHeader("Content-Encoding", "gzip").withBody(packed.toByteArray())));
    assertThat(provider.run(CONTEXT, query(""))).isInstanceOf(Observation.Value.class);
  }
}
