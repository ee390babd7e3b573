package dev.rollouts.testcluster;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program that runs beside this JVM and never longer: a shell waits at the other end of a pipe
 * for the names of signals, and kills the program when the pipe breaks, however this JVM ended.
 * Thread-safe.
 */
final class ClusterProcess {
  private static final String WATCHED =
      """
      exec 3<&0
      "$@" </dev/null 3<&- &
      program=$!
      { while read -r signal; do kill -s "$signal" "$program"; done; kill -s KILL "$program"; } \
          <&3 2>/dev/null &
      watch=$!
      wait "$program"
      kill "$watch" 2>/dev/null
      """;

  private final String name;
  private final List<String> command;
  private final Path log;
  private Optional<Process> process = Optional.empty();

  ClusterProcess(String name, List<String> command, Path log) {
    this.name = name;
    this.command = List.copyOf(command);
    this.log = log;
  }

  /** Starts it; its output is added to the log. */
  synchronized void start() {
    if (isAlive()) {
      throw new IllegalStateException(name + " runs already");
    }
    List<String> watched = new ArrayList<>(List.of("sh", "-c", WATCHED, name));
    watched.addAll(command);
    try {
      process =
          Optional.of(
              new ProcessBuilder(watched)
                  .redirectErrorStream(true)
                  .redirectOutput(Redirect.appendTo(log.toFile()))
                  .start());
    } catch (IOException e) {
      throw new UncheckedIOException("could not start " + name, e);
    }
  }

  synchronized boolean isAlive() {
    return process.map(Process::isAlive).orElse(false);
  }

  /** Sends it a signal, such as {@code STOP}. */
  synchronized void signal(String signal) {
    OutputStream pipe =
        process
            .filter(Process::isAlive)
            .orElseThrow(() -> new IllegalStateException(name + " does not run"))
            .getOutputStream();
    try {
      pipe.write((signal + "\n").getBytes(StandardCharsets.US_ASCII));
      pipe.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("could not send " + signal + " to " + name, e);
    }
  }

  /** Ends it without a farewell to its clients, and waits until it is gone. */
  synchronized void kill() {
    process.filter(Process::isAlive).ifPresent(ClusterProcess::kill);
    process = Optional.empty();
  }

  private static void kill(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException alreadyGone) {
      // Then there is nothing to end.
    }
    process.onExit().join();
  }

  /** What it wrote last, for a message. */
  String lastWords() {
    return name + " (" + log + "):\n" + Folders.tail(log);
  }
}
