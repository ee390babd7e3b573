package dev.rollouts.analysis.web;

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
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.rollouts.analysis.http.RawServer;
import dev.rollouts.analysis.http.Trouble;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.Authentication;
import dev.rollouts.api.provider.config.Header;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
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

class WebProviderTest {
  private static final WireMockServer SERVER =
      new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());
  private static final MeasurementContext CONTEXT =
      MeasurementContext.of(
          new RunIdentity("uid", "run", "shop"),
          "health",
          1,
          Instant.parse("2024-05-01T10:00:00Z"));

  private final WebProvider provider = new WebProvider();

  @BeforeAll
  static void start() {
    SERVER.start();
  }

  @AfterAll
  static void stop() {
    SERVER.stop();
  }

  @BeforeEach
  void answerWithADocument() {
    SERVER.resetAll();
    answer("{\"data\":{\"ok\":true,\"successPercent\":0.95}}");
  }

  private static void answer(String body) {
    SERVER.stubFor(any(anyUrl()).willReturn(okJson(body)));
  }

  private static WebRequest get() {
    return WebRequest.get(SERVER.url("/m?x=1"));
  }

  private static WebRequest request(
      String method, String body, @Nullable JsonObject jsonBody, Header... headers) {
    return new WebRequest(
        method, SERVER.url("/m?x=1"), List.of(headers), body, jsonBody, 0, "", false, null);
  }

  private Observation.Value value(WebRequest request) {
    Observation seen = provider.run(CONTEXT, request);
    assertThat(seen).isInstanceOf(Observation.Value.class);
    return (Observation.Value) seen;
  }

  private String failure(WebRequest request) {
    Observation seen = provider.run(CONTEXT, request);
    assertThat(seen).isInstanceOf(Observation.Failure.class);
    return ((Observation.Failure) seen).message();
  }

  @Test
  @SuppressWarnings("rawtypes")
  void isFoundByServiceLoader() {
    assertThat(ServiceLoader.load(MetricProvider.class).stream())
        .extracting(found -> found.type().getName())
        .contains(WebProvider.class.getName());
    assertThat(provider.configType()).isEqualTo(WebRequest.class);
  }

  @Test
  void selectsAPartOfTheDocument() {
    Observation.Value value = value(get().withJsonPath("{$.data}"));
    assertThat(value.kind()).isEqualTo(ResultKind.MAP);
    assertThat(value.value()).isEqualTo(Map.of("ok", true, "successPercent", 0.95));
    assertThat(value.rendered()).isEqualTo("{\"ok\":true,\"successPercent\":0.95}");
    assertThat(value.metadata()).isEmpty();
    assertThat(value.keptOnError()).as("P-004").isEmpty();
  }

  @Test
  void asksPlainly() {
    provider.run(CONTEXT, get().withHeader("X-A", "1").withHeader("x-a", "2"));
    SERVER.verify(
        getRequestedFor(urlEqualTo("/m?x=1"))
            .withHeader("X-A", equalTo("2"))
            .withHeader("Accept", absent())
            .withHeader("Content-Type", absent())
            .withHeader("Authorization", absent()));
  }

  @ParameterizedTest(name = "{0} is {1} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1|SCALAR|1",
        "0.30000000000000004|SCALAR|0.30000000000000004",
        "1e21|SCALAR|1e+21",
        "1e-7|SCALAR|1e-7",
        "\"ok\"|STRING|\"ok\"",
        "\"<&>\"|STRING|\"\\u003c\\u0026\\u003e\"",
        "true|BOOLEAN|true",
        "null|NIL|null",
        "{\"b\":1,\"a\":[]}|MAP|{\"a\":[],\"b\":1}",
        "[1,2]|LIST|[1,2]",
        "[]|LIST|[]",
        "` 1\n`|SCALAR|1",
      })
  @DisplayName("P-045 the whole document by default; P-006 and P-007 as JSON")
  void aDocumentIsTheResult(String body, ResultKind kind, String rendered) {
    answer(body);
    Observation.Value value = value(get());
    assertThat(value.kind()).isEqualTo(kind);
    assertThat(value.rendered()).isEqualTo(rendered);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "OK",
        "hello world",
        "<html>",
        "{} trailing",
        "{\"a\":1",
        "NaN",
        "01",
        "1e999",
        "\uFEFF{}"
      })
  @DisplayName("P-044 a body that is not JSON is a string, and the path is ignored")
  void textIsTheResult(String body) {
    answer(body);
    Observation.Value value = value(get().withJsonPath("{$.nothing}"));
    assertThat(value.kind()).isEqualTo(ResultKind.STRING);
    assertThat(value.value()).isEqualTo(body);
    assertThat(value.rendered()).isEqualTo(body);
  }

  @Test
  @DisplayName("P-044 text that is not UTF-8 has U+FFFD where it is not")
  void bytesAreText() {
    SERVER.stubFor(
        any(anyUrl()).willReturn(aResponse().withBody(new byte[] {'o', 'k', (byte) 0xFF})));
    assertThat(value(get()).value()).isEqualTo("ok\uFFFD");
  }

  @ParameterizedTest(name = "{0} of {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{$.b}|{\"a\":1}|Could not find JSONPath in body: b is not found",
        "{a}|{\"a\":1}|Could not find JSONPath in body: unrecognized identifier a",
        "{$.a[5]}|{\"a\":[1,2]}|Could not find JSONPath in body: array index out of bounds: index 5, length 2",
        "{$.a[*]}|{\"a\":[]}|result of web metric produced no value",
      })
  @DisplayName("P-045 what is not found is an error")
  void whatIsNotFoundIsAnError(String path, String body, String message) {
    answer(body);
    assertThat(failure(get().withJsonPath(path))).isEqualTo(message);
  }

  @Test
  @DisplayName("P-045 a path that cannot be read is refused before anything is sent")
  void refusesAMalformedPath() {
    assertThat(failure(get().withJsonPath("{$.a")))
        .isEqualTo("unclosed action: jsonPath \"{$.a\" needs a closing brace");
    assertThat(SERVER.getAllServeEvents()).isEmpty();
  }

  @Test
  @DisplayName("P-040 one body or none, and none with GET")
  void refusesContradictions() {
    JsonObject empty = JsonObject.empty();
    assertThat(failure(request("POST", "x", empty)))
        .isEqualTo("use either Body or JSONBody; both cannot exists for WebMetric payload");
    assertThat(failure(request("GET", "x", empty)))
        .isEqualTo("use either Body or JSONBody; both cannot exists for WebMetric payload");
    for (String method : List.of("", "GET")) {
      assertThat(failure(request(method, "x", null)))
          .isEqualTo("Body/JSONBody can only be used with POST or PUT WebMetric Method types");
      assertThat(failure(request(method, "", empty)))
          .isEqualTo("Body/JSONBody can only be used with POST or PUT WebMetric Method types");
    }
    assertThat(SERVER.getAllServeEvents()).isEmpty();
  }

  @Test
  @DisplayName("P-041 a body goes as it is, without a type of its own")
  void sendsABody() {
    provider.run(CONTEXT, request("POST", "a=\u00fc", null));
    SERVER.verify(
        postRequestedFor(urlEqualTo("/m?x=1"))
            .withHeader("Content-Type", absent())
            .withRequestBody(equalTo("a=\u00fc")));
    provider.run(CONTEXT, request("PUT", "x", null, new Header("content-type", "text/csv")));
    SERVER.verify(
        putRequestedFor(urlEqualTo("/m?x=1"))
            .withHeader("Content-Type", equalTo("text/csv"))
            .withRequestBody(equalTo("x")));
  }

  @Test
  @DisplayName("P-041 a JSON body is compact, in its own order, and forces its type; {} is one")
  void sendsAJsonBody() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("z", List.of(1L, 9007199254740993L, 0.5));
    fields.put("a", Map.of("n", "<é>"));
    provider.run(
        CONTEXT,
        request("POST", "", JsonObject.of(fields), new Header("Content-Type", "text/csv")));
    assertThat(SERVER.getAllServeEvents().get(0).getRequest().getBodyAsString())
        .isEqualTo("{\"z\":[1,9007199254740993,0.5],\"a\":{\"n\":\"\\u003cé\\u003e\"}}");
    provider.run(CONTEXT, request("POST", "", JsonObject.empty()));
    SERVER.verify(
        2, postRequestedFor(anyUrl()).withHeader("Content-Type", equalTo("application/json")));
    SERVER.verify(postRequestedFor(anyUrl()).withRequestBody(equalTo("{}")));
  }

  @ParameterizedTest(name = "method {0}")
  @ValueSource(
      strings = {"DELETE", "PATCH", "HEAD", "OPTIONS", "REPORT", "QUERY", "CUSTOM", "PUT", "POST"})
  @DisplayName("P-040 any token is a method")
  void sendsAnyMethod(String method) {
    Observation seen = provider.run(CONTEXT, request(method, "", null));
    assertThat(seen).isInstanceOf(Observation.Value.class);
    assertThat(SERVER.getAllServeEvents().get(0).getRequest().getMethod().getName())
        .isEqualTo(method);
  }

  @Test
  @DisplayName("P-040 what is not a method or not a URL is an error")
  void refusesWhatIsNoRequest() {
    assertThat(failure(request("G ET", "", null))).contains("invalid method \"G ET\"");
    assertThat(failure(WebRequest.get("shop/health"))).contains("not a URL");
    assertThat(failure(WebRequest.get(""))).contains("not a URL");
    assertThat(failure(get().withHeader("a b", "x")))
        .contains("\"a b\" is not the name of a header");
  }

  @ParameterizedTest(name = "P-042 {0}")
  @ValueSource(ints = {199, 300, 304, 400, 401, 403, 404, 408, 429, 500, 502, 503, 599})
  void otherStatusesAreErrors(int status) {
    SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody("{\"a\":1}")));
    if (status >= 200) {
      assertThat(failure(get())).isEqualTo("received non 2xx response code: " + status);
      SERVER.verify(1, anyRequestedFor(anyUrl()));
    } else {
      assertThat(failure(get())).isNotBlank();
    }
  }

  @ParameterizedTest(name = "P-042 {0}")
  @ValueSource(ints = {200, 201, 202, 203, 299})
  void statusesOfSuccessAreRead(int status) {
    SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody("1")));
    assertThat(value(get()).rendered()).isEqualTo("1");
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  @DisplayName("P-002 whatever is wrong with the server is a failure, in time")
  void survivesATroublesomeServer(Trouble trouble) {
    try (RawServer server = trouble.server()) {
      WebRequest request =
          new WebRequest(
              "", server.url("/"), List.of(), "", null, trouble.lasts() ? 1 : 0, "", false, null);
      assertThat(failure(request)).isNotBlank().hasSizeLessThan(700);
    }
  }

  @Test
  @DisplayName("P-043 the time limit covers everything, the token included")
  void boundsTheWholeExchange() {
    SERVER.stubFor(
        post("/token").willReturn(okJson("{\"access_token\":\"t\"}").withFixedDelay(60_000)));
    WebRequest request =
        new WebRequest(
            "",
            SERVER.url("/m"),
            List.of(),
            "",
            null,
            1,
            "",
            false,
            Authentication.oauth2(SERVER.url("/token"), "client", "s3cret!"));
    assertThat(failure(request))
        .startsWith("Get \"" + SERVER.url("/m") + "\": oauth2: ")
        .contains("no complete answer within 1s; raise provider.web.timeoutSeconds");
  }

  @Test
  @DisplayName(
      "P-009 a token replaces the user's Authorization header, and the token call has none of the user's headers")
  void authenticatesWithOAuth2() {
    SERVER.stubFor(post("/token").willReturn(okJson("{\"access_token\":\"tok-4711\"}")));
    WebRequest request =
        new WebRequest(
            "",
            SERVER.url("/m"),
            List.of(new Header("Authorization", "mine"), new Header("X-A", "1")),
            "",
            null,
            0,
            "",
            false,
            Authentication.oauth2(SERVER.url("/token"), "client", "s3cret!", "read"));
    answer("{\"echo\":\"tok-4711\"}");
    SERVER.stubFor(post("/token").willReturn(okJson("{\"access_token\":\"tok-4711\"}")));
    assertThat(value(request).rendered()).as("what is recorded").isEqualTo("{\"echo\":\"*****\"}");
    SERVER.verify(
        getRequestedFor(urlEqualTo("/m"))
            .withHeader("Authorization", equalTo("Bearer tok-4711"))
            .withHeader("X-A", equalTo("1")));
    SERVER.verify(postRequestedFor(urlEqualTo("/token")).withHeader("X-A", absent()));
  }

  @Test
  @DisplayName("basic authentication is accepted and ignored, as Argo Rollouts does")
  void ignoresOtherAuthentication() {
    WebRequest request =
        new WebRequest(
            "",
            SERVER.url("/m"),
            List.of(),
            "",
            null,
            0,
            "",
            false,
            Authentication.basic("carl", "hunter2"));
    value(request);
    SERVER.verify(getRequestedFor(anyUrl()).withHeader("Authorization", absent()));
  }

  @Test
  @DisplayName("P-043 insecure goes past the proxy, other requests through it")
  void insecureGoesPastTheProxy() {
    try (RawServer proxy = Trouble.SERVER_ERROR_STATUS.server()) {
      MetricProvider<WebRequest> proxied =
          provider.withSettings(
              ProviderSettings.defaults().withEnvironment(Map.of("HTTP_PROXY", proxy.url(""))));
      WebRequest secure = WebRequest.get("http://shop.invalid/");
      assertThat(proxied.run(CONTEXT, secure))
          .isEqualTo(Observation.failure("received non 2xx response code: 500"));
      assertThat(proxy.requests()).hasSize(1);
      WebRequest insecure =
          new WebRequest("", "http://shop.invalid/", List.of(), "", null, 0, "", true, null);
      assertThat(((Observation.Failure) proxied.run(CONTEXT, insecure)).message())
          .contains("no such host");
      assertThat(proxy.requests()).hasSize(1);
    }
  }

  @Test
  @DisplayName("P-025 insecure accepts any certificate")
  void insecureAcceptsAnyCertificate() {
    WireMockServer tls =
        new WireMockServer(
            options().bindAddress("127.0.0.1").httpDisabled(true).dynamicHttpsPort());
    tls.start();
    try {
      tls.stubFor(any(anyUrl()).willReturn(okJson("1")));
      assertThat(failure(WebRequest.get(tls.url("/")))).contains("TLS: ");
      WebRequest insecure =
          new WebRequest("", tls.url("/"), List.of(), "", null, 0, "", true, null);
      assertThat(value(insecure).rendered()).isEqualTo("1");
    } finally {
      tls.stop();
    }
  }

  @Test
  @DisplayName("P-002 random bytes are an observation")
  void neverThrows() {
    Random random = new Random(31);
    for (int i = 0; i < 300; i++) {
      byte[] body = new byte[random.nextInt(200)];
      random.nextBytes(body);
      if (random.nextBoolean() && body.length > 0) {
        body[0] = (byte) "{[\"1tn".charAt(random.nextInt(6));
      }
      SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withBody(body)));
      assertThat(provider.run(CONTEXT, get())).isNotNull();
    }
  }

  @Test
  void refusesDocumentsThatAreTooDeep() {
    answer("[".repeat(300) + "]".repeat(300));
    assertThat(failure(get()))
        .isEqualTo("the body is not read: the document is nested deeper than 256");
  }

  @Test
  void knowsTheKindsOfItsResults() {
    assertThat(provider.resultKinds(get()))
        .containsExactlyInAnyOrder(
            ResultKind.SCALAR,
            ResultKind.STRING,
            ResultKind.BOOLEAN,
            ResultKind.NIL,
            ResultKind.MAP,
            ResultKind.LIST);
    assertThat(provider.metadata(get())).isEmpty();
  }

  @Test
  void usesTheClientThatItIsGiven() {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> chain.proceed(chain.request().newBuilder().header("X-Mine", "1").build()))
            .build();
    new WebProvider(client).run(CONTEXT, get());
    SERVER.verify(getRequestedFor(anyUrl()).withHeader("X-Mine", equalTo("1")));
  }
}
