package dev.rollouts.controller.faults;

import dev.rollouts.controller.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The controller as a process of its own, without a Lease. */
final class ControllerProgram implements AutoCloseable {
  private final Process process;
  private final Path log;

  private ControllerProgram(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts one for a namespace.
   *
   * @param folder gets its log and its kubeconfig
   */
  static ControllerProgram start(
      Path folder, String name, String kubeconfig, String namespace, List<String> more) {
    try {
      Path config = Files.writeString(folder.resolve(name + ".kubeconfig"), kubeconfig);
      Path log = folder.resolve(name + ".log");
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx200m",
                  "-cp",
                  classPath(),
                  Main.class.getName(),
                  "--kubeconfig",
                  config.toString(),
                  "--namespaced",
                  "--namespace",
                  namespace,
                  "--leader-elect=false",
                  "--healthzPort=-1",
                  "--qps=0"));
      command.addAll(more);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return new ControllerProgram(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it said so far. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  /** Without the logger of tests, of which the logging library would speak first. */
  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator))
        .filter(each -> !each.contains("slf4j-nop"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
