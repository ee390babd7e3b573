package dev.rollouts.simulation;

import dev.rollouts.api.wire.GoDuration;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Series as comma-separated values. */
final class CsvSeries {
  private static final Pattern SEPARATOR = Pattern.compile("[,;\t]");
  private static final Pattern SECONDS = Pattern.compile("[+-]?[0-9]{1,12}(\\.[0-9]+)?");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");

  private CsvSeries() {}

  static List<Map<Duration, Double>> read(String name, String text) {
    List<Map<Duration, Double>> series = new ArrayList<>();
    int number = 0;
    boolean first = true;
    for (String line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] fields = SEPARATOR.split(line, -1);
      Optional<Duration> at = time(fields[0].strip());
      if (first && at.isEmpty()) {
        first = false; // a header
        continue;
      }
      first = false;
      if (at.isEmpty()) {
        throw invalid(
            name,
            number,
            "\"%s\" is no time; write seconds, 1m30s, or 2026-05-01T10:00:00Z",
            fields[0]);
      }
      if (fields.length < 2) {
        throw invalid(name, number, "\"%s\" has no number after the time; write time,number", line);
      }
      for (int i = 1; i < fields.length; i++) {
        while (series.size() < i) {
          series.add(new TreeMap<>());
        }
        String field = fields[i].strip();
        if (!field.isEmpty()) {
          Double value = value(field);
          if (value == null) {
            throw invalid(
                name,
                number,
                "\"%s\" is no number; write digits, NaN, +Inf, -Inf, or nothing",
                field);
          }
          series.get(i - 1).put(at.get(), value);
        }
      }
    }
    if (series.stream().allMatch(Map::isEmpty)) {
      throw new IllegalArgumentException(name + ": no samples; write lines such as 60,0.99");
    }
    return series;
  }

  private static Optional<Duration> time(String text) {
    if (SECONDS.matcher(text).matches()) {
      return Optional.of(Duration.ofMillis(Math.round(Double.parseDouble(text) * 1000)));
    }
    try {
      return Optional.of(Duration.between(Instant.EPOCH, OffsetDateTime.parse(text).toInstant()));
    } catch (DateTimeException noDate) {
      return GoDuration.tryParse(text);
    }
  }

  /** The number that a text stands for in Prometheus' spelling, or null. */
  static @Nullable Double value(String text) {
    if (NUMBER.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> null;
    };
  }

  private static IllegalArgumentException invalid(
      String name, int line, String message, String excerpt) {
    String shown = excerpt.length() <= 60 ? excerpt : excerpt.substring(0, 60) + "…";
    return new IllegalArgumentException(name + ":" + line + ": " + message.formatted(shown));
  }
}
