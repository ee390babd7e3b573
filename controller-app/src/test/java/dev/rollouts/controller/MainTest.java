package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.testcluster.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own. */
@Tag("it")
class MainTest {
  @Test
  @DisplayName(
      "O-004, O-035 It starts at once without election; told to stop, it ends in good order and with 0")
  void endsInOrder(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.rollouts.controller.Main",
                "--kubeconfig",
                TestCluster.shared().controlPlane().kubeconfig().toString(),
                "--namespaced",
                "-n",
                TestCluster.shared().namespace(),
                "--leader-elect=false",
                "--healthzPort=-1",
                "--metricsPort=-1")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      Live.await(() -> read(log).contains("msg=started"), () -> read(log));
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(read(log)).isTrue();
      assertThat(process.exitValue()).as(read(log)).isZero();
      assertThat(read(log)).doesNotContain("level=warning", "level=error");
    } finally {
      process.destroyForcibly();
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
