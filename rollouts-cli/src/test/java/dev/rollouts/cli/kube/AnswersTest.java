package dev.rollouts.cli.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Answers that a healthy API server does not give. */
class AnswersTest {
  private record Answer(int code, String body, Map<String, String> headers) {}

  private final Deque<Answer> answers = new ArrayDeque<>();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private boolean upgrades;
  private HttpServer http;
  private ApiServer server;

  @BeforeEach
  void start() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", this::answer);
    http.start();
    Choice choice =
        new Choice(
            null,
            null,
            null,
            null,
            null,
            "http://127.0.0.1:" + http.getAddress().getPort(),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            "30s",
            true);
    server = ApiServer.of(choice, Map.of("HOME", "/nowhere"), "test/1");
  }

  @AfterEach
  void stop() {
    http.stop(0);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    upgrades |= exchange.getRequestHeaders().containsKey("Upgrade");
    exchange.getRequestBody().readAllBytes();
    Answer next =
        answers.isEmpty() ? new Answer(500, "no more answers", Map.of()) : answers.remove();
    next.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = next.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(next.code(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  @DisplayName("without TLS no upgrade to HTTP/2 is offered, which kubectl proxy cannot pass on")
  void noUpgrade() {
    next(200, "{\"items\":[]}");
    assertThat(server.list(Resource.PODS, "ns", Selection.all()).items()).isEmpty();
    assertThat(upgrades).isFalse();
  }

  private void next(int code, String body) {
    answers.add(new Answer(code, body, Map.of()));
  }

  @Test
  @DisplayName(
      "K-005 the message is the server's own; where it says nothing, what kubectl makes of the code")
  void messages() {
    next(
        409,
        "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"Conflict\",\"message\":\"do it again\",\"code\":409}");
    assertThatThrownBy(() -> server.get(Resource.ROLLOUTS, "ns", "web")).hasMessage("do it again");
    next(404, "404 page not found\n");
    assertThatThrownBy(() -> server.get(Resource.ROLLOUTS, "ns", "web"))
        .hasMessage(
            "the server could not find the requested resource (get rollouts.argoproj.io web)")
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.isObjectNotFound()).isFalse());
    next(502, "<html>\n  bad   gateway</html>");
    assertThatThrownBy(() -> server.list(Resource.PODS, "ns", Selection.all()))
        .hasMessage(
            "an error on the server (\"<html> bad gateway</html>\") has prevented the request from succeeding (list pods)");
  }

  @Test
  @DisplayName("lists are read in pages, and from the start when the pages expire")
  void pages() {
    next(200, "{\"metadata\":{\"continue\":\"more\"},\"items\":[{\"metadata\":{\"name\":\"a\"}}]}");
    next(410, "{\"kind\":\"Status\",\"message\":\"expired\",\"code\":410}");
    next(
        200,
        "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[{\"metadata\":{\"name\":\"a\"}},{\"metadata\":{\"name\":\"b\"}}]}");
    ObjectList list = server.list(Resource.REPLICA_SETS, "n s", Selection.labels("a in (b),c"));
    assertThat(list.items()).extracting(KubeObject::name).containsExactly("a", "b");
    assertThat(list.items().get(0).kind()).isEqualTo("ReplicaSet");
    assertThat(list.resourceVersion()).isEqualTo("7");
    assertThat(asked)
        .containsExactly(
            "GET /apis/apps/v1/namespaces/n%20s/replicasets?labelSelector=a%20in%20%28b%29%2Cc&limit=500",
            "GET /apis/apps/v1/namespaces/n%20s/replicasets?labelSelector=a%20in%20%28b%29%2Cc&limit=500&continue=more",
            "GET /apis/apps/v1/namespaces/n%20s/replicasets?labelSelector=a%20in%20%28b%29%2Cc");
  }

  @Test
  @DisplayName("a server that asks to come again later is asked again")
  void later() {
    answers.add(new Answer(429, "busy", Map.of("Retry-After", "0")));
    answers.add(new Answer(503, "busy", Map.of("Retry-After", "0")));
    next(200, "{\"metadata\":{\"name\":\"web\"}}");
    assertThat(server.merge(Resource.ROLLOUTS, "ns", "web", "status", Map.of()).name())
        .isEqualTo("web");
    assertThat(asked).hasSize(3);
  }

  @Test
  @DisplayName("a name leads nowhere else, whatever is in it")
  void names() {
    next(200, "{}");
    server.get(Resource.ROLLOUTS, "ns", "../../../../api/v1/secrets?x#");
    next(200, "{}");
    server.get(Resource.ROLLOUTS, "ns", "..");
    assertThat(asked)
        .containsExactly(
            "GET /apis/argoproj.io/v1alpha1/namespaces/ns/rollouts/..%2F..%2F..%2F..%2Fapi%2Fv1%2Fsecrets%3Fx%23",
            "GET /apis/argoproj.io/v1alpha1/namespaces/ns/rollouts/%2E%2E");
  }

  @Test
  @DisplayName(
      "a watch that ends in the middle of an event is a lost connection, an ERROR event is the server's word")
  void watches() {
    next(
        200,
        "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"web\",\"resourceVersion\":\"3\"}}}\n{\"type\":\"MODI");
    try (Watch watch = server.watch(Resource.ROLLOUTS, "ns", Selection.name("web"), "2")) {
      assertThat(watch.next().orElseThrow().object().name()).isEqualTo("web");
      assertThatThrownBy(watch::next).isInstanceOf(java.io.UncheckedIOException.class);
    }
    next(
        200,
        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"message\":\"too old\",\"code\":410}}\n");
    try (Watch watch = server.watch(Resource.ROLLOUTS, "ns", Selection.name("web"), "2")) {
      assertThatThrownBy(watch::next)
          .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.isExpired()).isTrue());
    }
  }
}
