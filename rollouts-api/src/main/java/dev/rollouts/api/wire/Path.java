package dev.rollouts.api.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where in a JSON tree something stands, such as {@code spec.metrics[1].interval}.
 *
 * @param segments keys ({@code String}) and list indexes ({@code Integer}), outermost first
 */
public record Path(List<Object> segments) {
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
  private static final Path ROOT = new Path(List.of());

  public Path {
    segments = List.copyOf(segments);
    for (Object segment : segments) {
      if (!(segment instanceof String || segment instanceof Integer)) {
        throw new IllegalArgumentException("a segment is a key or an index, was " + segment);
      }
    }
  }

  /** The tree itself. */
  public static Path root() {
    return ROOT;
  }

  /** A path of keys and indexes, outermost first: {@code Path.of("metrics", 1, "interval")}. */
  public static Path of(Object... segments) {
    return new Path(List.of(segments));
  }

  /** The value under {@code key} of the object here. */
  public Path key(String key) {
    return append(key);
  }

  /** Element {@code index}, from 0, of the list here. */
  public Path index(int index) {
    return append(index);
  }

  /** The same place as seen from {@code outer}. */
  public Path under(Path outer) {
    List<Object> all = new ArrayList<>(outer.segments);
    all.addAll(segments);
    return new Path(all);
  }

  /** The object or list that holds this place; the root is its own parent. */
  public Path parent() {
    return segments.isEmpty() ? this : new Path(segments.subList(0, segments.size() - 1));
  }

  /**
   * As written in messages: {@code metrics[1].provider.plugin["acme/metric"]}; the root is {@code
   * .}.
   */
  @Override
  public String toString() {
    if (segments.isEmpty()) {
      return ".";
    }
    StringBuilder text = new StringBuilder();
    for (Object segment : segments) {
      if (segment instanceof Integer) {
        text.append('[').append(segment).append(']');
      } else if (PLAIN_KEY.matcher((String) segment).matches()) {
        text.append(text.isEmpty() ? "" : ".").append(segment);
      } else {
        text.append("[\"").append(((String) segment).replace("\"", "\\\"")).append("\"]");
      }
    }
    return text.toString();
  }

  private Path append(Object segment) {
    List<Object> longer = new ArrayList<>(segments);
    longer.add(segment);
    return new Path(longer);
  }
}
