package dev.rollouts.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.ProviderConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * {@link MetricProviderKit} for providers that speak HTTP: brings back-ends that are slow, cut
 * answers short, never stop answering, answer nonsense, refuse, redirect in circles and repeat the
 * credentials they were sent.
 *
 * <p>A subclass says how to point a configuration at a server and what a good answer looks like:
 *
 * <pre>{@code
 * class AcmeProviderTest extends HttpMetricProviderKit<PluginConfig> {
 *   protected MetricProvider<PluginConfig> provider() { return new AcmeProvider(); }
 *   protected PluginConfig config(String url, Duration limit) { return acme(url, limit, "t0ken"); }
 *   protected String goodBody() { return "{\"value\": 0.99}"; }
 *   protected Set<String> secrets() { return Set.of("t0ken"); }
 * }
 * }</pre>
 *
 * @param <C> the configuration that the provider answers to
 */
public abstract class HttpMetricProviderKit<C extends ProviderConfig> extends MetricProviderKit<C> {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final long BYTES_MAX = 64 << 10;

  private final List<AutoCloseable> servers = new ArrayList<>();
  private @Nullable BackEnd good;
  private @Nullable BackEnd silent;

  /**
   * A configuration for a server.
   *
   * @param url without a trailing slash: {@code http://127.0.0.1:40123}
   * @param limit time limit of a measurement, whole seconds; a provider whose configuration has
   *     none ignores it and overrides {@link #limitsTime}
   */
  protected abstract C config(String url, Duration limit);

  /** The body of an answer, JSON, that gives a measurement whatever the request was. */
  protected abstract String goodBody();

  /** Whether a body that is no JSON is a failure, and not a text. */
  protected boolean refusesOtherThanJson() {
    return true;
  }

  /** Whether a status outside 200 to 299 is a failure. */
  protected boolean refusesStatus() {
    return true;
  }

  /**
   * Whether {@link MetricProvider#withSettings} heeds where the operator lets providers connect.
   */
  protected boolean heedsEgress() {
    return true;
  }

  @Override
  protected C config() {
    BackEnd server = good;
    if (server == null) {
      server = start(BackEnd.answering(200, goodBody()));
      good = server;
    }
    return config(server.url(), LONG);
  }

  @Override
  protected Optional<C> unreachable() {
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Optional.of(config("http://127.0.0.1:" + unused.getLocalPort(), SHORT));
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on the loopback address", e);
    }
  }

  @Override
  protected Optional<C> silent() {
    CountDownLatch never = new CountDownLatch(1);
    BackEnd server = start(new BackEnd((request, out) -> never.await()));
    silent = server;
    return Optional.of(config(server.url(), SHORT));
  }

  @Override
  protected void awaitSilence() throws InterruptedException {
    if (silent != null) {
      silent.awaitRequest();
    }
  }

  private BackEnd start(BackEnd server) {
    servers.add(server);
    return server;
  }

  /** Stops the servers of a test. */
  @AfterEach
  final void stopServers() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  private Observation seen(BackEnd.Behaviour behaviour) {
    return provider().run(context(), config(start(new BackEnd(behaviour)).url(), LONG));
  }

  @TestFactory
  final List<DynamicTest> aRefusalIsAFailure() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int status : new int[] {400, 401, 403, 404, 408, 422, 429, 500, 502, 503, 504}) {
      tests.add(
          DynamicTest.dynamicTest(
              "HTTP " + status,
              () -> {
                Observation seen =
                    seen((request, out) -> out.write(BackEnd.answer(status, "", "no")));
                if (refusesStatus()) {
                  assertFailure(seen);
                } else {
                  checkContent(seen);
                }
              }));
    }
    return tests;
  }

  @TestFactory
  final List<DynamicTest> aBodyThatIsNotWhatItShouldBeIsNoException() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String body :
        List.of("", " ", "{", "[1,", "<html>busy</html>", "\"", "nul", "{\"a\":1}}", "\u0000")) {
      tests.add(
          DynamicTest.dynamicTest(
              "«" + body + "»",
              () -> {
                Observation seen = seen((request, out) -> out.write(BackEnd.answer(200, "", body)));
                if (refusesOtherThanJson()) {
                  assertFailure(seen);
                } else {
                  checkContent(seen);
                }
              }));
    }
    for (String body :
        List.of(
            "null",
            "0",
            "[]",
            "{}",
            "[[]]",
            "true",
            "1e999",
            "[".repeat(10_000),
            "{\"status\":1}")) {
      tests.add(
          DynamicTest.dynamicTest(
              "«" + body.substring(0, Math.min(20, body.length())) + "»",
              () ->
                  checkContent(seen((request, out) -> out.write(BackEnd.answer(200, "", body))))));
    }
    return tests;
  }

  @Test
  final void anAnswerThatIsCutShortIsAFailure() {
    byte[] whole = BackEnd.answer(200, "", goodBody());
    assertFailure(seen((request, out) -> out.write(whole, 0, whole.length - 1)));
    assertFailure(seen((request, out) -> out.write(whole, 0, 20)));
    assertFailure(seen((request, out) -> {}));
  }

  @Test
  final void anAnswerThatIsNoHttpIsAFailure() {
    assertFailure(
        seen(
            (request, out) ->
                out.write("220 mail.example ESMTP\r\n".getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  final void anAnswerWithoutEndIsAFailure() {
    byte[] chunk = ("400\r\n" + " ".repeat(0x400) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    assertFailure(
        provider()
            .withSettings(small())
            .run(
                context(),
                config(
                    start(
                            new BackEnd(
                                (request, out) -> {
                                  out.write(
                                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                          .getBytes(StandardCharsets.US_ASCII));
                                  while (!Thread.currentThread().isInterrupted()) {
                                    out.write(chunk);
                                  }
                                }))
                        .url(),
                    LONG)));
  }

  @Test
  final void anAnswerThatUnfoldsBeyondTheLimitIsAFailure() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[10 << 20]);
    }
    String head =
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: %s\r\n\r\n"
            .formatted(packed.size());
    BackEnd bomb =
        start(
            new BackEnd(
                (request, out) -> {
                  out.write(head.getBytes(StandardCharsets.US_ASCII));
                  out.write(packed.toByteArray());
                }));
    assertFailure(provider().withSettings(small()).run(context(), config(bomb.url(), LONG)));
  }

  private static ProviderSettings small() {
    ProviderSettings defaults = ProviderSettings.defaults();
    return new ProviderSettings(Map.of(), defaults.egressAllow(), defaults.egressDeny(), BYTES_MAX);
  }

  @Test
  final void aRedirectInACircleIsAFailure() {
    Observation seen =
        seen((request, out) -> out.write(BackEnd.answer(302, "Location: /again\r\n", "")));
    if (refusesStatus()) {
      assertFailure(seen);
    } else {
      checkContent(seen);
    }
  }

  @Test
  final void aBackEndThatRepeatsCredentialsDoesNotGetThemIntoTheStatus() {
    for (int status : new int[] {200, 400, 401, 500}) {
      checkContent(
          seen(
              (request, out) -> {
                String echo = (request.head() + request.body()).replace("\r\n", " ");
                String quoted = echo.replace("\\", "\\\\").replace("\"", "\\\"");
                out.write(
                    BackEnd.answer(
                        status,
                        "X-Echo: " + echo + "\r\n",
                        "{\"status\":\"error\",\"errorType\":\"%1$s\",\"error\":\"%1$s\",\"message\":\"%1$s\"}"
                            .formatted(quoted)));
              }));
    }
  }

  @Test
  final void egressThatIsNotAllowedIsAFailureBeforeAnythingIsSent() {
    assumeTrue(heedsEgress(), "the provider knows no egress rules");
    ProviderSettings closed =
        ProviderSettings.defaults().withEgress(List.of(), List.of("127.0.0.0/8"));
    List<String> requests = new ArrayList<>();
    BackEnd server =
        start(
            new BackEnd(
                (request, out) -> {
                  synchronized (requests) {
                    requests.add(request.head());
                  }
                  out.write(BackEnd.answer(200, "", goodBody()));
                }));
    assertFailure(provider().withSettings(closed).run(context(), config(server.url(), LONG)));
    synchronized (requests) {
      assertThat(requests).isEmpty();
    }
  }
}
