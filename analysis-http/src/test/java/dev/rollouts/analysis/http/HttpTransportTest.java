package dev.rollouts.analysis.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.rollouts.analysis.http.Exchange.Trait;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.Header;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTransportTest {
  private static final WireMockServer SERVER =
      new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());
  private static final WireMockServer OTHER =
      new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());
  private static final WireMockServer TLS =
      new WireMockServer(options().bindAddress("127.0.0.1").httpDisabled(true).dynamicHttpsPort());

  private final HttpTransport transport = HttpTransport.of(ProviderSettings.defaults());

  @BeforeAll
  static void start() {
    SERVER.start();
    OTHER.start();
    TLS.start();
  }

  @AfterAll
  static void stop() {
    SERVER.stop();
    OTHER.stop();
    TLS.stop();
  }

  @BeforeEach
  void forget() {
    SERVER.resetAll();
    OTHER.resetAll();
    TLS.resetAll();
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofMinutes(5), "provider.test.timeout");
  }

  private static String failure(HttpTransport transport, Exchange exchange, Deadline deadline) {
    HttpFailure failure =
        catchThrowableOfType(HttpFailure.class, () -> transport.send(exchange, deadline));
    assertThat(failure).isNotNull();
    return String.valueOf(failure.getMessage());
  }

  private String failure(Exchange exchange) {
    return failure(transport, exchange, soon());
  }

  @Test
  void sendsWhatIsWordedAndReturnsWhateverIsAnswered() throws HttpFailure {
    SERVER.stubFor(
        any(urlEqualTo("/p?q=1"))
            .willReturn(
                aResponse()
                    .withStatus(418)
                    .withHeader("Content-Type", "text/plain")
                    .withBody("tea")));
    HttpAnswer answer =
        transport.send(
            Exchange.of("POST", SERVER.url("/p?q=1"))
                .header("X-A", "old")
                .header("x-a", "grün")
                .withForm(Map.of("query", "a b+c&d")),
            soon());
    assertThat(answer.status()).isEqualTo(418);
    assertThat(answer.isSuccessful()).isFalse();
    assertThat(answer.contentType()).isEqualTo("text/plain");
    assertThat(answer.text()).isEqualTo("tea");
    SERVER.verify(
        postRequestedFor(urlEqualTo("/p?q=1"))
            .withHeader("X-A", equalTo(utf8ReadAsLatin1("grün")))
            .withHeader("Content-Type", equalTo("application/x-www-form-urlencoded"))
            .withHeader("User-Agent", equalTo("rollouts-java"))
            .withHeader("Accept", absent())
            .withRequestBody(equalTo("query=a+b%2Bc%26d")));
  }

  @Test
  @DisplayName(
      "P-008 a user's Host, Content-Length and Transfer-Encoding are ignored, later headers win")
  void ignoresHeadersThatBelongToTheTransport() throws HttpFailure {
    SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withBody("ok")));
    transport.send(
        Exchange.of("PUT", SERVER.url("/"))
            .withBody("four")
            .userHeaders(
                List.of(
                    new Header("HOST", "evil.example"),
                    new Header("Content-Length", "1"),
                    new Header("transfer-encoding", "chunked"),
                    new Header("X-A", "1"),
                    new Header("X-A", "2"))),
        soon());
    SERVER.verify(
        putRequestedFor(urlEqualTo("/"))
            .withHeader("Host", equalTo("localhost:" + SERVER.port()))
            .withHeader("X-A", equalTo("2"))
            .withRequestBody(equalTo("four")));
    assertThat(SERVER.getAllServeEvents().get(0).getRequest().header("X-A").values()).hasSize(1);
  }

  /** Jetty reads headers as Latin-1. */
  private static String utf8ReadAsLatin1(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  @Test
  void takesBasicCredentialsFromTheUrlUnlessThereAreOthers() throws HttpFailure {
    SERVER.stubFor(any(anyUrl()).willReturn(aResponse()));
    String url = SERVER.url("/").replace("//", "//carl:hunter2@");
    transport.send(Exchange.get(url), soon());
    SERVER.verify(
        getRequestedFor(urlEqualTo("/"))
            .withHeader("Authorization", equalTo("Basic Y2FybDpodW50ZXIy")));
    transport.send(Exchange.get(url).header("authorization", "Bearer t"), soon());
    SERVER.verify(
        getRequestedFor(urlEqualTo("/")).withHeader("Authorization", equalTo("Bearer t")));
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  @DisplayName("P-002 whatever is wrong with a server is an answer or a failure, in time")
  void survivesATroublesomeServer(Trouble trouble) throws InterruptedException {
    Duration limit = trouble.lasts() ? Duration.ofMillis(300) : Duration.ofMinutes(5);
    try (RawServer server = trouble.server()) {
      String message;
      try {
        HttpAnswer answer =
            transport.send(
                Exchange.get(server.url("/metric?token=hunter2")),
                Deadline.after(limit, "timeout"));
        message = answer.statusLine();
      } catch (HttpFailure failure) {
        message = String.valueOf(failure.getMessage());
        assertThat(message).startsWith("Get \"" + server.url("/metric?…") + "\": ");
      }
      assertThat(message).doesNotContain("hunter2").doesNotContain("\u001b").hasSizeLessThan(700);
      assertThat(message)
          .contains(
              switch (trouble) {
                case SAYS_NOTHING -> "unexpected end of stream";
                case NEVER_ANSWERS, DRIPS ->
                    "context deadline exceeded: no complete answer within 0.3s; raise timeout";
                case CUT_SHORT, CUT_IN_A_CHUNK -> "unexpected end of stream";
                case SPEAKS_NO_HTTP -> "Unexpected status line";
                case ENDLESS_HEADERS -> "unexpected end of stream";
                case ENDLESS_BODY, GZIP_BOMB ->
                    "the answer is longer than 8388608 bytes, which is all that is read; ask for less";
                case FALSE_GZIP -> "the answer broke off before its end";
                case DEEP_JSON -> "200 OK";
                case REDIRECT_LOOP -> "stopped after 10 redirects";
                case REDIRECT_TO_METADATA ->
                    "host 169.254.169.254 is denied by the egress rule 169.254.0.0/16";
                case REDIRECT_TO_A_FILE -> "redirect to \"file:///etc/passwd\", which is not a URL";
                case BAD_REQUEST_STATUS -> "400 Bad Request";
                case UNAUTHORIZED_STATUS -> "401 Unauthorized";
                case PROXY_AUTHENTICATION_STATUS -> "407";
                case REQUEST_TIMEOUT_STATUS -> "408 Request Timeout";
                case TOO_MANY_REQUESTS_STATUS -> "429 Too Many Requests";
                case SERVER_ERROR_STATUS -> "500 Internal Server Error";
                case UNAVAILABLE_STATUS -> "503 Service Unavailable";
              });
      int asked = trouble == Trouble.REDIRECT_LOOP ? 11 : 1;
      assertThat(server.requests()).as("repeated requests").hasSize(asked);
    }
  }

  @Test
  void readsNoMoreOfAnErrorThanItsBeginning() throws HttpFailure {
    SERVER.stubFor(
        any(anyUrl()).willReturn(aResponse().withStatus(500).withBody("x".repeat(1 << 20))));
    assertThat(transport.send(Exchange.get(SERVER.url("/")), soon()).text()).hasSize(64 << 10);
  }

  @Test
  void readsUpToTheLimitOfTheSettingsAfterDecompression() throws HttpFailure {
    SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withBody("x".repeat(1000))));
    ProviderSettings defaults = ProviderSettings.defaults();
    HttpTransport exact =
        HttpTransport.of(new ProviderSettings(Map.of(), List.of(), List.of(), 1000));
    HttpTransport small =
        HttpTransport.of(new ProviderSettings(Map.of(), List.of(), defaults.egressDeny(), 999));
    assertThat(exact.send(Exchange.get(SERVER.url("/")), soon()).text()).hasSize(1000);
    assertThat(failure(small, Exchange.get(SERVER.url("/")), soon()))
        .contains("the answer is longer than 999 bytes");
  }

  @Test
  void replacesWhatIsNotUtf8() throws HttpFailure {
    byte[] body = {'a', (byte) 0xC3, (byte) 0x28, (byte) 0xFF, 'b'};
    SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withBody(body)));
    assertThat(transport.send(Exchange.get(SERVER.url("/")), soon()).text())
        .isEqualTo("a\uFFFD(\uFFFDb");
  }

  @Test
  void anInterruptEndsTheWaitAndStaysVisible() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    RawServer.Answer silence =
        (request, out) -> {
          asked.countDown();
          return true;
        };
    try (RawServer server = new RawServer(silence)) {
      AtomicReference<String> message = new AtomicReference<>();
      AtomicReference<Boolean> flag = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                message.set(failure(Exchange.get(server.url("/"))));
                flag.set(Thread.currentThread().isInterrupted());
              });
      caller.start();
      asked.await();
      caller.interrupt();
      caller.join();
      assertThat(message.get()).endsWith(": the thread that waited for the answer was interrupted");
      assertThat(flag.get()).isTrue();
    }
  }

  @Test
  void aResolverThatHangsHoldsUpNobody() {
    CountDownLatch never = new CountDownLatch(1);
    Dns hangs =
        host -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new UnknownHostException(host);
        };
    HttpTransport stuck =
        HttpTransport.over(
            new OkHttpClient.Builder().dns(hangs).build(), ProviderSettings.defaults());
    assertThat(
            failure(
                stuck,
                Exchange.get("http://shop.example/"),
                Deadline.after(Duration.ofMillis(100), "")))
        .isEqualTo(
            "Get \"http://shop.example/\": context deadline exceeded: no complete answer within 0.1s");
  }

  @Test
  @DisplayName("P-021 no time at all has run out before anything is sent")
  void zeroTimeSendsNothing() {
    assertThat(
            failure(transport, Exchange.get(SERVER.url("/")), Deadline.after(Duration.ZERO, "t")))
        .contains("context deadline exceeded");
    assertThat(SERVER.getAllServeEvents()).isEmpty();
  }

  @ParameterizedTest(name = "P-008 {0} turns {1} into {2}, body kept: {3}")
  @CsvSource({
    "301, POST, GET, false",
    "302, POST, GET, false",
    "303, PUT, GET, false",
    "307, POST, POST, true",
    "308, PUT, PUT, true",
    "302, HEAD, HEAD, false",
    "301, GET, GET, false",
    "307, DELETE, DELETE, false",
  })
  void followsRedirects(int status, String method, String then, boolean keepsBody)
      throws HttpFailure {
    SERVER.stubFor(
        any(urlEqualTo("/a"))
            .willReturn(aResponse().withStatus(status).withHeader("Location", "b?x=1#f")));
    SERVER.stubFor(any(urlEqualTo("/b?x=1")).willReturn(aResponse().withBody("here")));
    Exchange exchange = Exchange.of(method, SERVER.url("/a")).header("Authorization", "Bearer t");
    boolean hasBody = method.startsWith("P");
    transport.send(
        hasBody ? exchange.withBody("text").header("Content-Type", "text/x") : exchange, soon());
    var request = SERVER.getAllServeEvents().get(0).getRequest();
    assertThat(request.getUrl()).isEqualTo("/b?x=1");
    assertThat(request.getMethod().getName()).isEqualTo(then);
    assertThat(request.getBodyAsString()).isEqualTo(keepsBody ? "text" : "");
    assertThat(request.containsHeader("Content-Type")).isEqualTo(keepsBody);
    assertThat(request.header("Authorization").firstValue()).isEqualTo("Bearer t");
  }

  @ParameterizedTest(name = "{0} with Location {1} is the answer")
  @CsvSource({"300, /b", "304, /b", "302, ''"})
  void otherStatusesAreAnswers(int status, String location) throws HttpFailure {
    var response = aResponse().withStatus(status);
    SERVER.stubFor(
        any(anyUrl())
            .willReturn(location.isEmpty() ? response : response.withHeader("Location", location)));
    assertThat(transport.send(Exchange.get(SERVER.url("/a")), soon()).status()).isEqualTo(status);
    SERVER.verify(1, anyRequestedFor(anyUrl()));
  }

  @Test
  @DisplayName("P-008 credentials do not follow to another host, and do not come back from there")
  void leavesCredentialsBehind() throws HttpFailure {
    SERVER.stubFor(
        any(urlEqualTo("/a"))
            .willReturn(aResponse().withStatus(307).withHeader("Location", OTHER.url("/b"))));
    OTHER.stubFor(
        any(urlEqualTo("/b"))
            .willReturn(aResponse().withStatus(307).withHeader("Location", SERVER.url("/c"))));
    SERVER.stubFor(any(urlEqualTo("/c")).willReturn(aResponse().withBody("end")));
    transport.send(
        Exchange.of("POST", SERVER.url("/a"))
            .withBody("q")
            .header("Content-Type", "text/x")
            .header("Authorization", "Bearer t")
            .header("Cookie", "c=1")
            .header("X-Api-Key", "k"),
        soon());
    for (WireMockServer server : List.of(OTHER, SERVER)) {
      var request = server.getAllServeEvents().get(0).getRequest();
      assertThat(request.getAllHeaderKeys()).doesNotContain("Authorization", "Cookie", "X-Api-Key");
      assertThat(request.header("Content-Type").firstValue()).isEqualTo("text/x");
      assertThat(request.getBodyAsString()).isEqualTo("q");
    }
  }

  @Test
  void aBodyThatIsACredentialNeverLeavesTheHost() {
    SERVER.stubFor(
        any(anyUrl())
            .willReturn(aResponse().withStatus(308).withHeader("Location", OTHER.url("/t"))));
    assertThat(
            failure(
                Exchange.of("POST", SERVER.url("/token"))
                    .withBody("secret")
                    .with(Trait.CONFIDENTIAL)))
        .endsWith(
            "redirect to \""
                + OTHER.url("/t")
                + "\" refused: it would hand credentials to another host");
    assertThat(OTHER.getAllServeEvents()).isEmpty();
  }

  @Test
  void neverStepsDownFromHttpsToHttp() {
    TLS.stubFor(
        any(anyUrl())
            .willReturn(aResponse().withStatus(302).withHeader("Location", OTHER.url("/b?k=v"))));
    assertThat(failure(Exchange.get(TLS.url("/a")).with(Trait.INSECURE)))
        .endsWith(
            "redirect from https to \""
                + OTHER.url("/b")
                + "?…\" refused: it would be readable on its way");
    assertThat(OTHER.getAllServeEvents()).isEmpty();
  }

  @Test
  @DisplayName(
      "P-025 insecure accepts any certificate and any name, over HTTP/2; without it the certificate counts")
  void insecureAcceptsAnyCertificate() throws HttpFailure {
    TLS.stubFor(any(anyUrl()).willReturn(aResponse().withBody("ok")));
    HttpAnswer answer = transport.send(Exchange.get(TLS.url("/")).with(Trait.INSECURE), soon());
    assertThat(answer.text()).isEqualTo("ok");
    assertThat(answer.statusLine()).isEqualTo("200 OK");
    assertThat(TLS.getAllServeEvents().get(0).getRequest().getProtocol()).isEqualTo("HTTP/2.0");
    assertThat(failure(Exchange.get(TLS.url("/"))))
        .contains("TLS: ")
        .endsWith(
            "add the server's CA to the trust store of the JVM, or set insecure: true where that is acceptable");
  }

  @Test
  void neverRepeatsBecauseOfAStatus() throws HttpFailure {
    for (int status : new int[] {408, 421, 429, 500, 502, 503, 504}) {
      SERVER.resetAll();
      SERVER.stubFor(
          any(anyUrl()).willReturn(aResponse().withStatus(status).withHeader("Retry-After", "0")));
      assertThat(transport.send(Exchange.get(SERVER.url("/")), soon()).status()).isEqualTo(status);
      SERVER.verify(1, anyRequestedFor(anyUrl()));
    }
  }

  /** Fails that many times before it finds the name. */
  private static Dns failing(int times, AtomicInteger lookups) {
    return host -> {
      if (lookups.incrementAndGet() <= times) {
        throw new UnknownHostException(host);
      }
      return List.of(InetAddress.getLoopbackAddress());
    };
  }

  @ParameterizedTest(name = "{0} failing lookups, idempotent {1}: answered {2} after {3} lookups")
  @CsvSource({"1, true, true, 2", "2, true, false, 2", "1, false, false, 1", "0, false, true, 1"})
  void repeatsOnceAConnectionThatCouldNotBeMade(
      int failing, boolean idempotent, boolean answered, int count) {
    SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withBody("ok")));
    AtomicInteger lookups = new AtomicInteger();
    OkHttpClient client = new OkHttpClient.Builder().dns(failing(failing, lookups)).build();
    HttpTransport unsteady = HttpTransport.over(client, ProviderSettings.defaults());
    Exchange post = Exchange.of("POST", "http://shop.example:" + SERVER.port() + "/").withBody("q");
    Exchange exchange = idempotent ? post.with(Trait.IDEMPOTENT) : post;
    if (answered) {
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(() -> unsteady.send(exchange, soon())))
          .isNull();
    } else {
      assertThat(failure(unsteady, exchange, soon())).contains("no such host: shop.example");
    }
    assertThat(lookups).hasValue(count);
    SERVER.verify(answered ? 1 : 0, anyRequestedFor(anyUrl()));
  }

  @Test
  void doesNotRepeatWhenTimeIsShort() {
    AtomicInteger lookups = new AtomicInteger();
    OkHttpClient client = new OkHttpClient.Builder().dns(failing(9, lookups)).build();
    HttpTransport unsteady = HttpTransport.over(client, ProviderSettings.defaults());
    failure(
        unsteady, Exchange.get("http://shop.example/"), Deadline.after(Duration.ofMillis(90), ""));
    assertThat(lookups).hasValueLessThan(2);
  }

  @Test
  void refusedConnectionsAndUnknownNamesAreNamed() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThat(failure(Exchange.get("http://127.0.0.1:" + port + "/x?y=z")))
        .startsWith(
            "Get \"http://127.0.0.1:" + port + "/x?…\": Failed to connect to /127.0.0.1:" + port)
        .endsWith("Connection refused");
    assertThat(failure(Exchange.get("http://no-such-host.invalid/")))
        .contains("no such host: no-such-host.invalid");
  }

  @Test
  void aConnectionClosedWhileItWasIdleIsReplaced() throws HttpFailure {
    RawServer.Answer answersOnce =
        (request, out) -> {
          out.write(
              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.UTF_8));
          out.flush();
          return false;
        };
    try (RawServer server = new RawServer(answersOnce)) {
      for (int i = 1; i <= 20; i++) {
        assertThat(transport.send(Exchange.get(server.url("/")), soon()).text()).isEqualTo("ok");
        assertThat(server.requests()).hasSize(i);
      }
    }
  }

  @Test
  void aRequestThatMustNotBeRepeatedNeverUsesAnIdleConnection() throws HttpFailure {
    List<Integer> connections = new ArrayList<>();
    RawServer.Answer keepsOpen =
        (request, out) -> {
          synchronized (connections) {
            connections.add(System.identityHashCode(out));
          }
          out.write(
              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.UTF_8));
          return true;
        };
    try (RawServer server = new RawServer(keepsOpen)) {
      transport.send(Exchange.get(server.url("/")), soon());
      transport.send(Exchange.get(server.url("/")), soon());
      transport.send(Exchange.of("POST", server.url("/")).withBody("q"), soon());
    }
    assertThat(connections.get(0)).isEqualTo(connections.get(1));
    assertThat(connections.get(2)).isNotEqualTo(connections.get(0));
  }

  @Test
  void aNameThatResolvesToADeniedAddressIsNotConnectedTo() throws UnknownHostException {
    OkHttpClient client =
        new OkHttpClient.Builder().dns(host -> List.of(InetAddress.getLoopbackAddress())).build();
    ProviderSettings settings =
        ProviderSettings.defaults().withEgress(List.of(), List.of("127.0.0.0/8"));
    HttpTransport fenced = HttpTransport.over(client, settings);
    String url = "http://rebinds.example:" + SERVER.port() + "/";
    assertThat(failure(fenced, Exchange.get(url), soon()))
        .contains("host rebinds.example (127.0.0.1) is denied by the egress rule 127.0.0.0/8");
    assertThat(
            failure(
                fenced, Exchange.get(SERVER.url("/").replace("localhost", "127.0.0.1")), soon()))
        .contains("denied by the egress rule 127.0.0.0/8");
    assertThat(SERVER.getAllServeEvents()).isEmpty();
  }

  @Test
  @DisplayName(
      "P-025 a proxy of the environment is asked for the URL, with its credentials and only with those")
  void goesThroughTheProxy() throws HttpFailure {
    RawServer.Answer proxy =
        (request, out) -> {
          String answer =
              request.contains("Proxy-Authorization: Basic Y2FybDpodW50ZXIy")
                  ? "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"
                  : "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n";
          out.write(answer.getBytes(StandardCharsets.UTF_8));
          return true;
        };
    try (RawServer server = new RawServer(proxy)) {
      HttpTransport proxied = HttpTransport.of(throughProxy(server, "carl:hunter2@"));
      assertThat(proxied.send(Exchange.get("http://shop.example/x"), soon()).text())
          .isEqualTo("yes");
      assertThat(server.requests().get(server.requests().size() - 1))
          .startsWith("GET http://shop.example/x HTTP/1.1\r\n");

      HttpTransport wrong = HttpTransport.of(throughProxy(server, "carl:wrong-one@"));
      assertThat(wrong.send(Exchange.get("http://shop.example/x"), soon()).status()).isEqualTo(407);

      int before = server.requests().size();
      assertThat(failure(proxied, Exchange.get("http://169.254.169.254/"), soon()))
          .contains("denied");
      assertThat(failure(proxied, Exchange.get("http://0xa9fea9fe/"), soon()))
          .contains("a number in disguise");
      assertThat(server.requests()).hasSize(before);
    }
  }

  @Test
  @DisplayName("P-043 an exchange may go past the proxy")
  void goesPastTheProxy() {
    try (RawServer server = Trouble.SERVER_ERROR_STATUS.server()) {
      HttpTransport proxied = HttpTransport.of(throughProxy(server, ""));
      assertThat(failure(proxied, Exchange.get("http://shop.invalid/").with(Trait.DIRECT), soon()))
          .contains("no such host");
      assertThat(server.requests()).isEmpty();
    }
  }

  private static ProviderSettings throughProxy(RawServer server, String user) {
    return ProviderSettings.defaults()
        .withEnvironment(Map.of("HTTP_PROXY", server.url("").replace("http://", "http://" + user)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shop",
        "ftp://shop.example/",
        "http://",
        "http://a b/",
        "http://shop.example:99999/",
        "http://carl:hunter2@"
      })
  void refusesWhatIsNoUrl(String url) {
    assertThat(failure(Exchange.get(url)))
        .endsWith("not a URL: it takes http:// or https://, a host and perhaps a path")
        .doesNotContain("hunter2");
  }

  @Test
  void refusesMethodsAndHeadersThatWouldSplitTheRequest() {
    String url = SERVER.url("/");
    assertThat(failure(Exchange.of("GET / HTTP/1.1\r\nX: y", url))).contains("invalid method");
    assertThat(failure(Exchange.of("", url))).endsWith("invalid method \"\"");
    assertThat(failure(Exchange.get(url).header("X Y", "1")))
        .endsWith("headers: \"X Y\" is not the name of a header");
    assertThat(failure(Exchange.get(url).header("", "1"))).contains("is not the name of a header");
    assertThat(failure(Exchange.get(url).header("X-Token", "hunter2\r\nX: y")))
        .contains("headers: the value of X-Token has a control character at position 7")
        .doesNotContain("hunter2");
    assertThat(failure(Exchange.get(url).withBody("x"))).endsWith("a GET cannot have a body");
    assertThat(SERVER.getAllServeEvents()).isEmpty();
  }

  @Test
  void remembersATransportPerSettings() {
    assertThat(HttpTransport.of(ProviderSettings.defaults())).isSameAs(transport);
    assertThat(
            HttpTransport.of(
                ProviderSettings.defaults().withEgress(List.of("x.example"), List.of())))
        .isNotSameAs(transport);
    assertThatThrownBy(
            () -> HttpTransport.of(ProviderSettings.defaults().withEgress(List.of("*"), List.of())))
        .hasMessageStartingWith("egressAllow[0]: ");
  }

  @Test
  void showsNoCredentials() {
    Exchange exchange =
        Exchange.of("POST", "https://carl:hunter2@shop.example/a@b?token=hunter2#hunter2")
            .withBody("hunter2")
            .header("X", "hunter2");
    assertThat(exchange.toString()).isEqualTo("POST https://shop.example/a@b?…");
    assertThat(HttpTransport.prefix("post", "http://h/p?q#f")).isEqualTo("Post \"http://h/p?…\"");
    assertThat(HttpTransport.prefix("", "carl:hunter2@shop")).isEqualTo("Get \"shop\"");
  }
}
