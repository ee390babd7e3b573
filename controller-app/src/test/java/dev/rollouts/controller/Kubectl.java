package dev.rollouts.controller;

import dev.rollouts.testcluster.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a person types. */
final class Kubectl {
  private static final String REMEDY =
      "this test needs kubectl on PATH: install it from https://kubernetes.io/docs/tasks/tools/";

  private final String namespace;

  Kubectl(String namespace) {
    this.namespace = namespace;
  }

  /**
   * How it ended.
   *
   * @param output of both kinds
   */
  record Outcome(int code, String output) {}

  /** Runs it; fails when it fails. */
  String ok(String input, String... arguments) {
    Outcome outcome = run(input, arguments);
    if (outcome.code() != 0) {
      throw new AssertionError("kubectl " + List.of(arguments) + ": " + outcome.output());
    }
    return outcome.output();
  }

  /** Runs it with that on its standard input. */
  Outcome run(String input, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add("kubectl");
    command.add("--kubeconfig=" + TestCluster.shared().controlPlane().kubeconfig());
    command.add("--namespace=" + namespace);
    command.addAll(List.of(arguments));
    Path in = null;
    Path out = null;
    try {
      in = Files.writeString(Files.createTempFile("kubectl", ".in"), input);
      out = Files.createTempFile("kubectl", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(command + " does not end: " + read(out));
      }
      return new Outcome(process.exitValue(), read(out));
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("Cannot run program")) {
        throw new AssertionError(REMEDY, e);
      }
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      remove(in);
      remove(out);
    }
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static void remove(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
