package dev.rollouts.analysis.prometheus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A real Prometheus server on a free port of this machine, with data that the test gives it: blocks
 * of the past, and targets that it scrapes every second.
 *
 * <pre>{@code
 * try (PrometheusServer server = PrometheusServer.in(folder)
 *     .withSamples("# TYPE up gauge\nup{app=\"shop\"} 1 1714557600\n# EOF\n")
 *     .start()) {
 *   ask(server.url());
 * }
 * }</pre>
 */
public final class PrometheusServer implements AutoCloseable {
  private static final String REMEDY =
      "this test needs the programs prometheus and promtool on PATH: apt-get install prometheus (2.42 or later), or unpack a release of Prometheus and add its folder to PATH";

  private final Process process;
  private final int port;
  private final Path log;

  private PrometheusServer(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /** A server that keeps its data and its log in the folder, which the test removes. */
  public static Setup in(Path folder) {
    return new Setup(folder);
  }

  /** What the server is started with. */
  public static final class Setup {
    private final Path folder;
    private final List<String> targets = new ArrayList<>();
    private final List<String> flags = new ArrayList<>();
    private @Nullable String samples;

    private Setup(Path folder) {
      this.folder = folder;
    }

    /** Scrapes {@code /metrics} of that host and port every second. */
    public Setup scraping(String hostAndPort) {
      targets.add(hostAndPort);
      return this;
    }

    /**
     * Has these samples of the past, in the OpenMetrics text format with times in seconds, {@code #
     * EOF} included.
     */
    public Setup withSamples(String openMetrics) {
      samples = openMetrics;
      return this;
    }

    /** Gets these flags as well. */
    public Setup withFlags(String... more) {
      flags.addAll(List.of(more));
      return this;
    }

    /** Starts the server and waits until it is ready to answer. */
    public PrometheusServer start() {
      try {
        Path data = Files.createDirectories(folder.resolve("data"));
        if (samples != null) {
          Path file = Files.writeString(folder.resolve("samples.txt"), samples);
          run(
              List.of(
                  program("promtool"),
                  "tsdb",
                  "create-blocks-from",
                  "openmetrics",
                  "--quiet",
                  file.toString(),
                  data.toString()));
        }
        Path configuration = Files.writeString(folder.resolve("prometheus.yml"), configuration());
        // Between looking for a free port and listening on it somebody else may take it.
        for (int attempt = 1; ; attempt++) {
          PrometheusServer server = launch(data, configuration);
          if (server.becomesReady()) {
            return server;
          }
          server.close();
          if (attempt == 3) {
            throw new AssertionError(
                "prometheus did not become ready:\n" + Files.readString(server.log));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private String configuration() {
      StringBuilder text =
          new StringBuilder("global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n");
      text.append("- job_name: test\n  static_configs:\n  - targets: [");
      return text.append(String.join(", ", targets.stream().map(t -> '"' + t + '"').toList()))
          .append("]\n")
          .toString();
    }

    private void run(List<String> command) throws IOException {
      Path output = folder.resolve("promtool.log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
          throw new AssertionError(command + " failed:\n" + Files.readString(output));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(command + " was interrupted", e);
      } finally {
        process.destroyForcibly();
      }
    }

    private PrometheusServer launch(Path data, Path configuration) throws IOException {
      int port;
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      List<String> command =
          new ArrayList<>(
              List.of(
                  program("prometheus"),
                  "--config.file=" + configuration,
                  "--storage.tsdb.path=" + data,
                  // Else it would drop blocks of the past at once.
                  "--storage.tsdb.retention.time=100y",
                  "--web.listen-address=127.0.0.1:" + port,
                  "--log.level=warn"));
      command.addAll(flags);
      Path log = folder.resolve("prometheus.log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      // Also when the JVM of the tests is ended from outside.
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return new PrometheusServer(process, port, log);
    }
  }

  private static String program(String name) {
    Optional<Path> found =
        Arrays.stream(String.valueOf(System.getenv("PATH")).split(":", -1))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    return found.orElseThrow(() -> new AssertionError(REMEDY)).toString();
  }

  private boolean becomesReady() {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest ready = HttpRequest.newBuilder(URI.create(url() + "/-/ready")).build();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (process.isAlive() && System.nanoTime() < end) {
      try {
        if (client.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
          return true;
        }
      } catch (IOException notYet) {
        // Nobody listens yet.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    return false;
  }

  /** {@code http://127.0.0.1:<port>}. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Stops it in the middle of whatever it does; it answers nobody until it is killed. */
  public void freeze() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor();
  }

  /** Ends it without a farewell to its clients. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
