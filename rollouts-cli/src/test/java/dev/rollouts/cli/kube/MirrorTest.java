package dev.rollouts.cli.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rollouts.testcluster.TestCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that hang without a word. */
class MirrorTest {
  private static final long PATIENCE_SECONDS = 120;

  private final BlockingQueue<String> told = new ArrayBlockingQueue<>(100);
  private final BlockingQueue<Integer> changes = new ArrayBlockingQueue<>(100);

  private Mirror mirror(ApiServer server, String namespace, Selection selection) {
    return Mirror.of(
        server, Resource.ROLLOUTS, namespace, selection, () -> changes.offer(1), told::offer);
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("something within %d s", PATIENCE_SECONDS).isNotNull();
    return next;
  }

  /** A server whose watches say what the function writes. */
  private interface Watched {
    void write(int watch, OutputStream out) throws IOException, InterruptedException;
  }

  private void withServer(Watched watched, AtomicInteger watches, Duration span, Check check)
      throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", exchange -> answer(exchange, watched, watches));
    http.start();
    try {
      check.on(
          ApiServer.of(
                  Choice.nothing(),
                  Map.of("KUBECONFIG", kubeconfig(http.getAddress().getPort()).toString()),
                  "test/1")
              .watchingFor(span));
    } finally {
      http.stop(0);
      threads.shutdownNow();
    }
  }

  private interface Check {
    void on(ApiServer server) throws Exception;
  }

  @TempDir Path folder;

  private Path kubeconfig(int port) throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        current-context: c
        clusters: [{name: a, cluster: {server: "http://127.0.0.1:%d"}}]
        contexts: [{name: c, context: {cluster: a}}]
        """
            .formatted(port));
  }

  private static void answer(HttpExchange exchange, Watched watched, AtomicInteger watches)
      throws IOException {
    try (OutputStream out = exchange.getResponseBody()) {
      exchange.sendResponseHeaders(200, 0);
      if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
        out.flush();
        watched.write(watches.incrementAndGet(), out);
      } else {
        out.write(
            "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}"
                .getBytes(StandardCharsets.UTF_8));
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private static void say(OutputStream out, String type, String version) throws IOException {
    out.write(
        "{\"type\":\"%s\",\"object\":{\"metadata\":{\"name\":\"web\",\"resourceVersion\":\"%s\"}}}\n"
            .formatted(type, version)
            .getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Test
  @DisplayName(
      "K-120 a watch that neither ends nor says anything is given up and opened again, from where it was")
  void silence() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    withServer(
        (watch, out) -> {
          if (watch == 1) {
            say(out, "BOOKMARK", "5");
          } else {
            say(out, "ADDED", "6");
          }
          if (!end.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the test did not end");
          }
        },
        new AtomicInteger(),
        Duration.ofSeconds(1),
        server -> {
          try (Mirror mirror = mirror(server, "ns", Selection.all())) {
            assertThat(next(told)).isEqualTo("watch of rollouts ended: nothing was heard for 1 s");
            next(changes);
            assertThat(mirror.objects()).extracting(KubeObject::name).containsExactly("web");
          } finally {
            end.countDown();
          }
        });
  }

  @Test
  @DisplayName("K-120 bookmarks are enough to keep a watch")
  void bookmarks() throws Exception {
    AtomicInteger watches = new AtomicInteger();
    withServer(
        (watch, out) -> {
          // Three times as long as silence may be.
          for (int i = 0; i < 60; i++) {
            say(out, "BOOKMARK", String.valueOf(i));
            TimeUnit.MILLISECONDS.sleep(200);
          }
          say(out, "ADDED", "100");
          TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
        },
        watches,
        Duration.ofSeconds(4),
        server -> {
          try (Mirror mirror = mirror(server, "ns", Selection.all())) {
            next(changes);
            assertThat(mirror.objects()).hasSize(1);
            assertThat(told).isEmpty();
            assertThat(watches).hasValue(1);
          }
        });
  }

  @Test
  @Tag("it")
  @DisplayName(
      "K-120 an API server that hangs with open connections is noticed, and followed again when it goes on")
  void frozenServer() throws Exception {
    TestCluster cluster = TestCluster.shared();
    String namespace = cluster.namespace();
    ApiServer server =
        ApiServer.of(
                Choice.nothing().withKubeconfig(cluster.controlPlane().kubeconfig().toString()),
                Map.of(),
                "test/1")
            .watchingFor(Duration.ofSeconds(3));
    try (Mirror mirror = mirror(server, namespace, Selection.all())) {
      cluster.controlPlane().freezeApiServer();
      try {
        // The second where it hung just when a watch was to be opened.
        assertThat(next(told))
            .containsAnyOf("nothing was heard for 3 s", "Client.Timeout exceeded");
      } finally {
        cluster.controlPlane().thawApiServer();
      }
      server.create(
          Resource.ROLLOUTS,
          namespace,
          new KubeObject(
              Map.of(
                  "apiVersion",
                  "argoproj.io/v1alpha1",
                  "kind",
                  "Rollout",
                  "metadata",
                  Map.of("name", "web", "namespace", namespace),
                  "spec",
                  Map.of(
                      "strategy", Map.of("canary", Map.of()),
                      "selector", Map.of("matchLabels", Map.of("app", "web")),
                      "template",
                          Map.of(
                              "metadata", Map.of("labels", Map.of("app", "web")),
                              "spec",
                                  Map.of(
                                      "containers",
                                      List.of(Map.of("name", "web", "image", "web:1"))))))));
      while (mirror.objects().isEmpty()) {
        next(changes);
      }
      assertThat(mirror.objects()).extracting(KubeObject::name).containsExactly("web");
    } finally {
      cluster.client().namespaces().withName(namespace).delete();
    }
  }
}
