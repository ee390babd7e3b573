package dev.rollouts.engine.condition;

import dev.rollouts.api.analysis.ResultKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rows of the Markdown tables that tests and reference share. */
final class Vectors {
  static final Instant NOW = Instant.parse("2026-11-23T10:15:30Z");

  private static final Pattern CODE = Pattern.compile("``\\s(.*?)\\s``|`([^`]*)`");

  private Vectors() {}

  /** One row: its number and the other cells. */
  record Row(String number, List<String> cells) {
    @Override
    public String toString() {
      return number + " " + String.join(" ", cells);
    }
  }

  /** The rows whose first cell matches. */
  static List<Row> rows(String resource, String number) {
    List<Row> rows = new ArrayList<>();
    for (String line : text(resource).split("\n", -1)) {
      if (line.startsWith("| ")) {
        List<String> cells =
            Arrays.stream(line.split("(?<!\\\\)\\|", -1)).map(Vectors::cell).toList();
        if (cells.get(1).matches(number)) {
          rows.add(new Row(cells.get(1), List.copyOf(cells.subList(2, cells.size() - 1))));
        }
      }
    }
    return rows;
  }

  static String text(String resource) {
    try (InputStream in = Vectors.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static String cell(String text) {
    String plain = text.replace("\\|", "|").strip();
    if (plain.equals("(blank)")) {
      return "   ";
    }
    if (plain.equals("(absent)") || plain.equals("(empty)")) {
      return "";
    }
    Matcher code = CODE.matcher(plain);
    return code.matches() ? code.group(1) == null ? code.group(2) : code.group(1) : plain;
  }

  static ResultKind kind(String letter) {
    return Arrays.stream(ResultKind.values())
        .filter(kind -> letter.equals(String.valueOf(kind.letter())))
        .findFirst()
        .orElseThrow();
  }

  /**
   * A value as the tables write it: JSON, with NaN and infinities among numbers, and {@code
   * {"$int": "5"}}.
   */
  static @Nullable Object value(String text) {
    switch (text) {
      case "NaN" -> {
        return Double.NaN;
      }
      case "+Inf" -> {
        return Double.POSITIVE_INFINITY;
      }
      case "-Inf" -> {
        return Double.NEGATIVE_INFINITY;
      }
      default -> {
        String json = text.startsWith("\"") ? text : text.replace("NaN", "{\"$nan\": 0}");
        return plain(Json.read(new Evaluation(new Object[0], NOW), json));
      }
    }
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      if (map.get("$int") instanceof String digits) {
        return Long.valueOf(digits);
      }
      if (map.get("$time") instanceof String time) {
        return Instant.parse(time);
      }
      if (map.get("$duration") instanceof String duration) {
        return Times.parseDuration(duration);
      }
      if (map.containsKey("$nan")) {
        return Double.NaN;
      }
      Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, element) -> copy.put(key, plain(element)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(element -> copy.add(plain(element)));
      return copy;
    }
    return value;
  }

  /** As the tables write outcomes. */
  static String describe(ConditionOutcome outcome) {
    return outcome.accept(
        new ConditionOutcome.Handler<>() {
          @Override
          public String isTrue() {
            return "true";
          }

          @Override
          public String isFalse() {
            return "false";
          }

          @Override
          public String failed(ConditionError error) {
            return error.kind() + ": " + error.detail();
          }
        });
  }

  static String describe(TimeOutcome outcome) {
    return outcome.accept(
        new TimeOutcome.Handler<>() {
          @Override
          public String at(Instant instant) {
            return instant.toString();
          }

          @Override
          public String failed(ConditionError error) {
            return error.kind() + ": " + error.detail();
          }
        });
  }
}
