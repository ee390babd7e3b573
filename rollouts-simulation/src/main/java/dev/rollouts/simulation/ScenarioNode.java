package dev.rollouts.simulation;

import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.Path;
import dev.rollouts.codec.Document;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A value of a scenario and its place. Reading one that is not as it should be notes a problem and
 * goes on, so that all of them are reported at once.
 */
public final class ScenarioNode {
  private final Document document;
  private final Path path;
  private final @Nullable Object value;
  private final List<String> problems;

  private ScenarioNode(
      Document document, Path path, @Nullable Object value, List<String> problems) {
    this.document = document;
    this.path = path;
    this.value = value;
    this.problems = problems;
  }

  /** The whole of a document; problems are added to the list. */
  public static ScenarioNode root(Document document, List<String> problems) {
    return new ScenarioNode(document, Path.root(), document.tree(), problems);
  }

  /** Notes that something is wrong with this value. */
  public void problem(String message) {
    String where = document.file() + ":" + document.positionOf(path) + ": ";
    problems.add(path.segments().isEmpty() ? where + message : where + path + ": " + message);
  }

  /** The value under a key, if it is there and not null. */
  public Optional<ScenarioNode> get(String key) {
    Object child = value instanceof Map<?, ?> map ? map.get(key) : null;
    return child == null
        ? Optional.empty()
        : Optional.of(new ScenarioNode(document, path.key(key), child, problems));
  }

  /** The keys of an object, in order; notes those that nobody knows. */
  public List<String> keys(Set<String> known) {
    List<String> keys = keys();
    for (String key : keys) {
      if (!known.contains(key)) {
        problems.add(
            "%s:%s: %s: unknown field; known here: %s"
                .formatted(
                    document.file(),
                    document.keyPositionOf(path.key(key)),
                    path.key(key),
                    String.join(", ", new TreeSet<>(known))));
      }
    }
    return keys;
  }

  /** The keys of an object, in order. */
  public List<String> keys() {
    if (!(value instanceof Map<?, ?> map)) {
      wrong("an object");
      return List.of();
    }
    return map.keySet().stream().map(String::valueOf).toList();
  }

  /** Whether it is a list. */
  public boolean isList() {
    return value instanceof List;
  }

  /** Whether it is an object. */
  public boolean isObject() {
    return value instanceof Map;
  }

  /** The items of a list. */
  public List<ScenarioNode> items() {
    if (!(value instanceof List<?> list)) {
      wrong("a list");
      return List.of();
    }
    List<ScenarioNode> items = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      items.add(new ScenarioNode(document, path.index(i), list.get(i), problems));
    }
    return items;
  }

  /** The object itself; empty for anything else. */
  public Map<String, @Nullable Object> tree() {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, each) -> tree.put(String.valueOf(key), each));
    }
    return tree;
  }

  /** Numbers and truth values count as their text, as arguments on a command line do. */
  public String text() {
    if (value == null || value instanceof Map || value instanceof List) {
      wrong("a text");
      return "";
    }
    return value.toString();
  }

  /** Whether it is {@code true}; notes anything else. */
  public boolean isTrue() {
    if (!Boolean.TRUE.equals(value)) {
      wrong("true");
      return false;
    }
    return true;
  }

  /** A number; also one that JSON cannot hold, in quotes or not: NaN, +Inf, -Inf. */
  public double number() {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    Double number = value instanceof String text ? CsvSeries.value(text) : null;
    if (number == null) {
      wrong("a number");
      return 0;
    }
    return number;
  }

  /** A number from 0 to 1. */
  public double share() {
    double share = number();
    if (!(share >= 0 && share <= 1)) {
      problem("expected a share from 0 to 1, found " + value);
      return 0;
    }
    return share;
  }

  /** A whole number. */
  public long integer() {
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    wrong("a whole number");
    return 0;
  }

  /** A duration; {@code 0s} for one that is none. */
  public Duration duration() {
    Duration span = value instanceof String text ? GoDuration.tryParse(text).orElse(null) : null;
    if (Integer.valueOf(0).equals(value) || Long.valueOf(0).equals(value)) {
      return Duration.ZERO;
    }
    if (span == null || span.isNegative()) {
      wrong("a duration such as 90s, 5m or 1h30m");
      return Duration.ZERO;
    }
    return span;
  }

  /** A duration of at least a millisecond. */
  public Duration span() {
    Duration span = duration();
    if (span.toMillis() < 1) {
      problem("expected a duration of at least 1ms, found " + value);
      return Duration.ofMillis(1);
    }
    return span;
  }

  private void wrong(String wanted) {
    String found = String.valueOf(value);
    if (value instanceof Map) {
      found = "an object";
    } else if (value instanceof List) {
      found = "a list";
    } else if (found.length() > 60) {
      found = found.substring(0, 60) + "…";
    }
    problem("expected " + wanted + ", found " + found);
  }
}
