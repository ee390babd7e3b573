package dev.rollouts.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.runner.AnalysisRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the guide does what the guide says, and the guide shows that code. */
class EmbeddingTest {
  private static final Pattern REGION =
      Pattern.compile("// region (\\w+)\\n(.*?)\\n *// endregion", Pattern.DOTALL);
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- region (\\w+) -->\\n```java\\n(.*?)\\n```", Pattern.DOTALL);

  @TempDir private Path directory;
  private HttpServer server;
  private AnalysisSpec spec;
  private volatile String sample = "0.99";

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] body =
              "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"%s\"]}]}}"
                  .formatted(sample)
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    spec = Embedding.spec("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void theRunnerJudges() throws Exception {
    assertThat(Embedding.judge(spec)).isTrue();
    sample = "0.5";
    assertThat(Embedding.judge(spec)).isFalse();
  }

  @Test
  void theLoopJudges() throws Exception {
    assertThat(Embedding.loop(spec, EmbeddingTest::sleep).phase())
        .isEqualTo(AnalysisPhase.SUCCESSFUL);
  }

  @Test
  void aRunGoesOnAfterARestart() throws Exception {
    try (AnalysisRunner before = Embedding.durable(directory, directory)) {
      before.start("shop-42", spec);
    }
    try (AnalysisRunner after = Embedding.durable(directory, directory)) {
      assertThat(after.start("shop-42", spec).await(Duration.ofMinutes(5)).phase())
          .isEqualTo(AnalysisPhase.SUCCESSFUL);
    }
  }

  @Test
  void thePageShowsTheCodeThatRuns() throws IOException {
    String source = Files.readString(Path.of("src/main/java/dev/rollouts/examples/Embedding.java"));
    String page = Files.readString(Path.of("../docs/guide/embedding.md"));

    assertThat(matches(SNIPPET, page)).isNotEmpty().isEqualTo(matches(REGION, source));
  }

  private static Map<String, String> matches(Pattern pattern, String text) {
    Map<String, String> found = new TreeMap<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.put(matcher.group(1), matcher.group(2).stripIndent().stripTrailing());
    }
    return found;
  }

  private static void sleep(Instant until) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(Math.max(0, Duration.between(Instant.now(), until).toNanos()));
  }
}
