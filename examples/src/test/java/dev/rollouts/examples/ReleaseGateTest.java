package dev.rollouts.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gate of the README against a server that answers like Prometheus. */
class ReleaseGateTest {
  private HttpServer server;
  private volatile String rate = "0.99";

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v1/query",
        exchange -> {
          byte[] body =
              """
              {"status":"success","data":{"resultType":"vector",
               "result":[{"metric":{},"value":[1714556400,"%s"]}]}}"""
                  .formatted(rate)
                  .getBytes(UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aGoodReleaseMayGoOn() throws Exception {
    assertThat(gate().mayGoOn("shop-42")).isTrue();
  }

  @Test
  void aBadReleaseMayNot() throws Exception {
    rate = "0.80";
    assertThat(gate().mayGoOn("shop-43")).isFalse();
  }

  private ReleaseGate gate() {
    return new ReleaseGate(
        "http://127.0.0.1:" + server.getAddress().getPort(), Duration.ofSeconds(1));
  }
}
