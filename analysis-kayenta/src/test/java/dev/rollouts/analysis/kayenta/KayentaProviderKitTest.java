package dev.rollouts.analysis.kayenta;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.KayentaCanary.Threshold;
import dev.rollouts.testing.MetricProviderKit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every provider promises. */
class KayentaProviderKitTest extends MetricProviderKit<KayentaCanary> {
  private static final WireMockServer SERVER =
      new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());

  @BeforeAll
  static void start() {
    SERVER.start();
    SERVER.stubFor(any(anyUrl()).willReturn(okJson("{\"complete\":false}")));
    SERVER.stubFor(
        get(urlPathEqualTo("/canaryConfig"))
            .willReturn(okJson("[{\"id\":\"b7f0c1\",\"name\":\"my-test\"}]")));
    SERVER.stubFor(
        post(urlPathEqualTo("/canary/b7f0c1"))
            .willReturn(okJson("{\"canaryExecutionId\":\"01HX\"}")));
  }

  @AfterAll
  static void stop() {
    SERVER.stop();
  }

  private static KayentaCanary at(String url) {
    return new KayentaCanary(
        url, "guestbook", "my-test", "m", "c", "s", new Threshold(90, 75), List.of(), false);
  }

  @Override
  protected MetricProvider<KayentaCanary> provider() {
    return new KayentaProvider();
  }

  @Override
  protected KayentaCanary config() {
    return at(SERVER.url(""));
  }

  @Override
  protected Optional<KayentaCanary> unreachable() {
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Optional.of(at("http://127.0.0.1:" + unused.getLocalPort()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected MeasurementContext context() {
    return super.context().within(null, Duration.ofHours(1));
  }

  @Override
  protected boolean answersAtOnce() {
    return false;
  }
}
