package dev.rollouts.benchmarks.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs of a program, each a process of its own. Linux, with GNU time. */
final class Timed {
  private static final Path TIME = Path.of("/usr/bin/time");
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Of {@code /proc}: USER_HZ is this on every Linux that runs Java. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int UTIME = 13;
  private static final int STIME = 14;

  private final List<String> program;
  private final Path kubeconfig;
  private final Path folder;

  Timed(List<String> program, Path kubeconfig, Path folder) {
    if (!Files.isExecutable(TIME)) {
      throw new IllegalStateException(
          TIME + " is missing, which tells the peak memory (Debian: apt-get install time)");
    }
    this.program = program;
    this.kubeconfig = kubeconfig;
    this.folder = folder;
  }

  /**
   * What a run took.
   *
   * @param seconds of wall time, from start to exit
   * @param mebibytes resident at most
   */
  record Run(double seconds, double mebibytes) {}

  /** One run, which has to end with 0. */
  Run run(String... words) throws IOException, InterruptedException {
    Path memory = folder.resolve("memory");
    List<String> command = new ArrayList<>(List.of(TIME.toString(), "-f", "%M", "-o"));
    command.add(memory.toString());
    command.addAll(program);
    command.addAll(List.of(words));
    long start = System.nanoTime();
    Process process = start(command);
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("no end after %s: %s".formatted(LIMIT, command));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          "%s ended with %d: %s"
              .formatted(
                  command, process.exitValue(), Files.readString(folder.resolve("err"), UTF_8)));
    }
    return new Run(seconds, Double.parseDouble(Files.readString(memory, UTF_8).strip()) / 1024);
  }

  private Process start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    return builder.start();
  }

  /** Seconds of CPU that a process takes while something goes on, without its start. */
  double cpuWhile(Action action, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(words));
    Process process = start(command);
    try {
      Path out = folder.resolve("out");
      long end = System.nanoTime() + LIMIT.toNanos();
      while (Files.size(out) == 0) {
        if (!process.isAlive() || System.nanoTime() > end) {
          throw new IllegalStateException(
              command + " shows nothing: " + Files.readString(folder.resolve("err"), UTF_8));
        }
        Thread.sleep(20);
      }
      double before = cpu(process.pid());
      action.run();
      return cpu(process.pid()) - before;
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  /** Something that goes on for a while. */
  interface Action {
    void run() throws InterruptedException;
  }

  private static double cpu(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    // The line's third field is the first one here.
    return (Long.parseLong(fields[UTIME - 2]) + Long.parseLong(fields[STIME - 2]))
        / TICKS_PER_SECOND;
  }
}
