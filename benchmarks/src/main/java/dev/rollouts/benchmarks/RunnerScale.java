package dev.rollouts.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpServer;
import dev.rollouts.analysis.prometheus.PrometheusProvider;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.runner.AnalysisListener;
import dev.rollouts.runner.AnalysisRunner;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many runs at once through one {@link AnalysisRunner}, against a server in a process of its own:
 * how many measurements begin late, and what that costs. Runs start evenly over the first interval.
 *
 * <pre>{@code
 * ./dev bench --scale --runs 10000 --interval 60 --duration 150 --latency 20
 * }</pre>
 */
public final class RunnerScale {
  private static final long LATE_MILLIS = 1_000;

  private final Map<String, Instant> dueAt = new ConcurrentHashMap<>();
  private final LongAdder measurements = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder missed = new LongAdder();
  private final AtomicLong latest = new AtomicLong();

  private RunnerScale() {}

  /** Runs the harness; {@code --serve <latency>} is the server process. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 2 && arguments[0].equals("--serve")) {
      serve(Long.parseLong(arguments[1]));
      return;
    }
    int runs = option(arguments, "--runs", 10_000);
    Duration interval = Duration.ofSeconds(option(arguments, "--interval", 60));
    Duration duration = Duration.ofSeconds(option(arguments, "--duration", 150));
    int latency = option(arguments, "--latency", 20);
    if (arguments.length % 2 != 0 || runs < 1 || interval.isZero() || interval.isNegative()) {
      System.err.println(
          "usage: [--runs N] [--interval SECONDS] [--duration SECONDS] [--latency MILLIS]");
      System.exit(2);
    }
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                RunnerScale.class.getName(),
                "--serve",
                Integer.toString(latency))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = server.inputReader(UTF_8)) {
      new RunnerScale().measure(runs, interval, duration, lines.readLine());
    } finally {
      server.destroy();
    }
  }

  private void measure(int runs, Duration interval, Duration duration, String address)
      throws InterruptedException, IOException {
    AnalysisSpec spec =
        AnalysisSpec.of(
            Metric.named("success-rate")
                .interval(interval)
                .failureLimit(1)
                .successCondition("len(result) > 0 && result[0] >= 0.95")
                .provider(PrometheusQuery.of(address, "sum(rate(ok[1m])) / sum(rate(all[1m]))"))
                .build());
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    try (AnalysisRunner runner =
        AnalysisRunner.builder().provider(new Timed()).listener(new Dues(interval)).build()) {
      Instant begin = Instant.now();
      for (int i = 0; i < runs; i++) {
        Duration offset = interval.multipliedBy(i).dividedBy(runs);
        sleepUntil(begin.plus(offset));
        runner.start("run-" + i, spec);
      }
      // From here on all runs are there; what it costs to start them is another question.
      long cpuBefore = system.getProcessCpuTime();
      Instant from = Instant.now();
      sleepUntil(from.plus(duration));
      double cpu = (system.getProcessCpuTime() - cpuBefore) / 1e9;
      double wall = Duration.between(from, Instant.now()).toMillis() / 1e3;
      countOverdue(Instant.now());
      System.gc();
      Runtime heap = Runtime.getRuntime();
      System.out.printf(
          "runs %d, interval %ds, %.0f s with all of them%n", runs, interval.toSeconds(), wall);
      System.out.printf(
          "measurements %d, errors %d, begun more than %d ms late: %d (latest %d ms)%n",
          measurements.sum(), errors.sum(), LATE_MILLIS, missed.sum(), latest.get());
      System.out.printf("CPU: %.3f cores (%.1f s in %.1f s)%n", cpu / wall, cpu, wall);
      System.out.printf(
          "heap in use after GC: %d MB; threads: %d%n",
          (heap.totalMemory() - heap.freeMemory()) >> 20,
          ManagementFactory.getThreadMXBean().getThreadCount());
      System.out.println("process: " + residentSet());
    }
  }

  /** What should have begun and has not is late as well. */
  private void countOverdue(Instant now) {
    for (Instant due : dueAt.values()) {
      count(Duration.between(due, now).toMillis());
    }
  }

  private void count(long lateMillis) {
    latest.accumulateAndGet(lateMillis, Math::max);
    if (lateMillis > LATE_MILLIS) {
      missed.increment();
    }
  }

  private static String residentSet() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return "resident set unknown on this system";
    }
    StringBuilder sizes = new StringBuilder();
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM") || line.startsWith("VmRSS")) {
        sizes.append(line.replaceAll("\\s+", " ")).append("  ");
      }
    }
    return sizes.toString();
  }

  private static void sleepUntil(Instant when) throws InterruptedException {
    long millis = Duration.between(Instant.now(), when).toMillis();
    if (millis > 0) {
      Thread.sleep(millis);
    }
  }

  private static int option(String[] arguments, String name, int otherwise) {
    for (int i = 0; i + 1 < arguments.length; i++) {
      if (arguments[i].equals(name)) {
        return Integer.parseInt(arguments[i + 1]);
      }
    }
    return otherwise;
  }

  /** A server that answers every query with one sample, after a while. */
  private static void serve(long latencyMillis) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    byte[] body =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"0.99\"]}]}}"
            .getBytes(UTF_8);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          try {
            Thread.sleep(latencyMillis);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    System.out.println("http://127.0.0.1:" + server.getAddress().getPort());
    System.out.flush();
  }

  /** When the next measurement of each run is due, from the status as it was saved. */
  private final class Dues implements AnalysisListener {
    private final Duration interval;

    Dues(Duration interval) {
      this.interval = interval;
    }

    @Override
    public void measured(AnalysisRun run, String metric, Measurement measurement) {
      Instant finishedAt = measurement.finishedAt();
      if (finishedAt != null) {
        dueAt.put(run.metadata().name(), finishedAt.plus(interval));
      }
    }
  }

  /** The Prometheus provider, with a look at the clock before each call. */
  private final class Timed implements MetricProvider<PrometheusQuery> {
    private final MetricProvider<PrometheusQuery> prometheus = new PrometheusProvider();

    @Override
    public Class<PrometheusQuery> configType() {
      return PrometheusQuery.class;
    }

    @Override
    public Observation run(MeasurementContext context, PrometheusQuery config) {
      measurements.increment();
      Instant due = dueAt.remove(context.run().name());
      if (due != null) {
        count(Duration.between(due, context.now()).toMillis());
      }
      Observation observation = prometheus.run(context, config);
      if (observation instanceof Observation.Failure) {
        errors.increment();
      }
      return observation;
    }

    @Override
    public Map<String, String> metadata(PrometheusQuery config) {
      return prometheus.metadata(config);
    }
  }
}
