package dev.rollouts.benchmarks.controller;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process of a controller: what it has used so far, as Linux tells it. Not thread-safe. */
final class Program implements AutoCloseable {
  /** Of {@code /proc}: USER_HZ is this on every Linux that runs Java. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int UTIME = 13;
  private static final int STIME = 14;
  private static final Duration END = Duration.ofMinutes(2);

  private final Process process;
  private final long startedAt = System.nanoTime();
  private final int metricsPort;
  private final HttpClient http = HttpClient.newHttpClient();

  private Program(Process process, int metricsPort) {
    this.process = process;
    this.metricsPort = metricsPort;
  }

  /**
   * Starts it.
   *
   * @param command the program and its own options; the flags that Argo Rollouts knows as well are
   *     added
   */
  static Program start(List<String> command, Path kubeconfig, int metricsPort, Path log)
      throws IOException {
    List<String> words = new ArrayList<>(command);
    words.add("--kubeconfig=" + kubeconfig);
    words.add("--leader-elect=false");
    words.add("--metricsPort=" + metricsPort);
    words.add("--healthzPort=" + (metricsPort + 1));
    words.add("--qps=40");
    words.add("--burst=80");
    words.add("--loglevel=warn");
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new Program(process, metricsPort);
  }

  /** When it was started, in {@link System#nanoTime}. */
  long startedAt() {
    return startedAt;
  }

  /** Fails with the remedy when it has ended. */
  void requireAlive(Path log) {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "the controller ended with %d; its log is %s".formatted(process.exitValue(), log));
    }
  }

  /** Seconds of CPU since its start. */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    // The line's third field is the first one here.
    return (Long.parseLong(fields[UTIME - 2]) + Long.parseLong(fields[STIME - 2]))
        / TICKS_PER_SECOND;
  }

  /** Resident memory in MiB, now. */
  long residentMiB() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IllegalStateException("/proc does not tell the memory of process " + process.pid());
  }

  /** What all series of these names come to; a counter that is not there counts as 0. */
  double sumOfMetrics(String... names) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + "/metrics")).build();
    String text = http.send(request, HttpResponse.BodyHandlers.ofString(UTF_8)).body();
    double sum = 0;
    for (String line : text.split("\n", -1)) {
      for (String name : names) {
        if (line.startsWith(name + "{") || line.startsWith(name + " ")) {
          sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        }
      }
    }
    return sum;
  }

  /**
   * MiB of live objects after a full collection.
   *
   * @param java the {@code bin} folder of a JDK as new as the one that runs the program
   */
  double liveHeapMiB(Path java) throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    run(java.resolve("jcmd").toString(), pid, "GC.run");
    String info = run(java.resolve("jcmd").toString(), pid, "GC.heap_info");
    double kib = 0;
    for (String line : info.split("\n", -1)) {
      if (line.matches("\\s*(def new generation|tenured generation|DefNew|Tenured) .*")) {
        kib += Double.parseDouble(line.replaceAll(".*used (\\d+)K.*", "$1"));
      }
    }
    return kib / 1024;
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(tool.getInputStream().readAllBytes(), UTF_8);
    if (tool.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + out);
    }
    return out;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
