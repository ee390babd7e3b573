package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A real terminal, of a size that can be changed, with the plugin in it as a process. */
final class Tmux implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final AtomicInteger TERMINALS = new AtomicInteger();

  private final String socket =
      "rollouts-%d-%d".formatted(ProcessHandle.current().pid(), TERMINALS.incrementAndGet());

  /**
   * Starts the plugin in a terminal, as a shell does; when it has ended, a line says with which
   * exit code.
   */
  static Tmux run(Path folder, int columns, int rows, String locale, String... words)
      throws IOException {
    Path script =
        Files.writeString(
            folder.resolve("run.sh"),
            """
            export LC_ALL='%s'
            trap : INT
            '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s '%s'
            echo "ended with $?"
            read -r end
            """
                .formatted(
                    locale,
                    System.getProperty("java.home"),
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    Main.class.getName(),
                    String.join("' '", words)));
    Tmux tmux = new Tmux();
    tmux.tmux(
        "-f",
        "/dev/null",
        "new-session",
        "-d",
        "-s",
        "t",
        "-x",
        String.valueOf(columns),
        "-y",
        String.valueOf(rows),
        "sh '" + script + "'");
    return tmux;
  }

  private String tmux(String... words) {
    List<String> command = new ArrayList<>(List.of("tmux", "-u", "-L", socket));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().remove("TMUX");
    try {
      Process process = builder.start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(String.join(" ", words) + ": " + out).isZero();
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "tmux is missing: install 3.0 or later and put it on PATH (Debian: apt-get install tmux)",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  void resize(int columns, int rows) {
    tmux("resize-window", "-t", "t", "-x", String.valueOf(columns), "-y", String.valueOf(rows));
  }

  void press(String key) {
    tmux("send-keys", "-t", "t", key);
  }

  /** What is to be seen; a line that the terminal had to break is one line all the same. */
  List<String> screen() {
    return tmux("capture-pane", "-p", "-J", "-t", "t").lines().map(String::stripTrailing).toList();
  }

  /** How many lines have been pushed out of sight at the top. */
  int scrolledAway() {
    return Integer.parseInt(tmux("display-message", "-p", "-t", "t", "#{history_size}").strip());
  }

  /** Waits for a screen. */
  List<String> await(String what, Predicate<List<String>> condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    List<String> screen = screen();
    while (!condition.test(screen) && System.nanoTime() < end) {
      LockSupport.parkNanos(100_000_000);
      screen = screen();
    }
    assertThat(condition.test(screen)).as("%s in:%n%s", what, String.join("\n", screen)).isTrue();
    return screen;
  }

  /** Waits for a text. */
  List<String> await(String text) {
    return await(text, screen -> String.join("\n", screen).contains(text));
  }

  @Override
  public void close() {
    tmux("kill-server");
  }
}
