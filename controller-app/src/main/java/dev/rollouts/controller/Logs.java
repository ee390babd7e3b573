package dev.rollouts.controller;

import dev.rollouts.codec.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** How the program logs: one line per message on stderr, as text or JSON (O-090). */
final class Logs {
  /** The client's and the SDK's own chatter. */
  private static final Map<String, Level> QUIET =
      Map.of(
          "io.javaoperatorsdk", Level.WARNING,
          "io.fabric8", Level.WARNING,
          "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils", Level.SEVERE);

  /** Loggers are held weakly; these keep their levels. */
  private static final Map<String, Logger> KEPT = new TreeMap<>();

  private Logs() {}

  /**
   * Sets level and format. An unknown level or format is logged and the default taken.
   *
   * @param level {@code trace}, {@code debug}, {@code info}, {@code warn}, {@code error}; {@code
   *     fatal} and {@code panic} log as {@code error}
   * @param format {@code text} or {@code json}; empty is {@code text}
   */
  static void configure(String level, String format) {
    Logger root = Logger.getLogger("");
    for (Handler each : root.getHandlers()) {
      root.removeHandler(each);
    }
    ConsoleHandler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(format.equals("json") ? new JsonLines() : new TextLines());
    root.addHandler(handler);
    Level known = level(level);
    root.setLevel(known == null ? Level.INFO : known);
    QUIET.forEach(
        (name, quiet) -> {
          Logger logger = Logger.getLogger(name);
          logger.setLevel(quiet);
          KEPT.put(name, logger);
        });
    if (known == null) {
      root.warning("--loglevel: \"" + level + "\" is unknown, so it is info");
    }
    if (!format.isEmpty() && !format.equals("text") && !format.equals("json")) {
      root.warning("--logformat: \"" + format + "\" is unknown, so it is text");
    }
  }

  private static @Nullable Level level(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "trace" -> Level.FINEST;
      case "debug" -> Level.FINE;
      case "info" -> Level.INFO;
      case "warn", "warning" -> Level.WARNING;
      case "error", "fatal", "panic" -> Level.SEVERE;
      default -> null;
    };
  }

  /** The fields of a line, in their order. */
  private static Map<String, String> fields(LogRecord record) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("time", record.getInstant().truncatedTo(ChronoUnit.SECONDS).toString());
    fields.put("level", name(record.getLevel()));
    fields.put("msg", new PlainMessage().formatMessage(record));
    Map<String, String> context = MDC.getCopyOfContextMap();
    if (context != null) {
      new TreeMap<>(context)
          .forEach(
              (key, value) -> {
                if (!key.startsWith("resource.")) { // the SDK's own, which say the same twice
                  fields.put(key, value);
                }
              });
    }
    if (record.getThrown() != null) {
      StringWriter trace = new StringWriter();
      record.getThrown().printStackTrace(new PrintWriter(trace));
      fields.put("error", trace.toString());
    }
    return fields;
  }

  private static String name(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "warning";
    }
    return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
  }

  private static final class PlainMessage extends Formatter {
    @Override
    public String format(LogRecord record) {
      return formatMessage(record);
    }
  }

  private static final class JsonLines extends Formatter {
    @Override
    public String format(LogRecord record) {
      return Json.write(fields(record)) + "\n";
    }
  }

  /** {@code key=value} pairs; values with blanks or the like in quotes. */
  private static final class TextLines extends Formatter {
    @Override
    public String format(LogRecord record) {
      StringBuilder line = new StringBuilder();
      fields(record)
          .forEach(
              (key, value) ->
                  line.append(line.isEmpty() ? "" : " ")
                      .append(key)
                      .append('=')
                      .append(isPlain(value) ? value : Json.write(value)));
      return line.append('\n').toString();
    }

    private static boolean isPlain(String value) {
      return !value.isEmpty()
          && value
              .chars()
              .allMatch(c -> Character.isLetterOrDigit(c) || "-._/:@^+".indexOf(c) >= 0);
    }
  }
}
