package dev.rollouts.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The command within this process: what it is given, and what came of it. */
final class Cli {
  private static final Instant NOW = Instant.parse("2026-05-01T10:05:00Z");

  private final Map<String, String> environment = new HashMap<>(Map.of("LANG", "C.UTF-8"));
  private byte[] in = new byte[0];
  private int terminalColumns;
  private Interrupts interrupts = Interrupts.none();
  private Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

  private Cli() {}

  static Cli plain() {
    return new Cli();
  }

  /** Output goes to a terminal this wide. */
  static Cli terminal(int columns) {
    Cli cli = new Cli();
    cli.terminalColumns = columns;
    return cli;
  }

  Cli with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Cli stdin(String text) {
    in = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  Cli stdin(byte[] bytes) {
    in = bytes.clone();
    return this;
  }

  Cli interruptedBy(Interrupts source) {
    interrupts = source;
    return this;
  }

  /** Runs by the real clock. */
  Cli inRealTime() {
    clock = Clock.systemUTC();
    return this;
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    boolean unicode = environment.get("LANG").contains("UTF-8");
    Charset charset = unicode ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
    int exitCode =
        Main.run(
            new Surroundings(
                new ByteArrayInputStream(in),
                new PrintStream(out, false, charset),
                new PrintStream(err, true, charset),
                environment,
                tty(),
                interrupts,
                clock),
            args);
    return new Result(List.of(args), exitCode, out.toString(charset), err.toString(charset));
  }

  private Tty tty() {
    return new Tty() {
      @Override
      public boolean isTerminal() {
        return terminalColumns > 0;
      }

      @Override
      public int columns() {
        return terminalColumns;
      }
    };
  }

  /** What came of a call. */
  record Result(List<String> args, int exitCode, String out, String err) {
    /** As it looks in a golden file: the call, what it printed, and how it ended. */
    String transcript() {
      StringBuilder text = new StringBuilder("$ rollouts");
      for (String arg : args) {
        text.append(' ').append(arg.matches("[\\w./:=@,+-]+") ? arg : "'" + arg + "'");
      }
      text.append('\n').append(out.replace("\u001b", "\\e"));
      if (!err.isEmpty()) {
        text.append(text.toString().endsWith("\n") ? "" : "\n")
            .append("-- standard error\n")
            .append(err.replace("\u001b", "\\e"));
      }
      text.append(text.toString().endsWith("\n") ? "" : "\n");
      return text.append("-- exit ").append(exitCode).append('\n').toString();
    }
  }
}
