package dev.rollouts.cli.jsonpath;

import dev.rollouts.codec.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A template in kubectl's dialect of JSONPath, such as {@code {range
 * .items[*]}{.metadata.name}{"\n"}{end}}. What a path does not find is left out; a list that is too
 * short for an index is an error. Immutable and thread-safe.
 *
 * <p>Bounds: {@value #LENGTH_MAX} characters, 32 levels, two million values that are looked at, and
 * 64 million characters of output.
 */
public final class JsonPath {
  static final int LENGTH_MAX = 16_384;
  private static final int EXCERPT = 120;
  private static final int OUTPUT_MAX = 64_000_000;

  private final String text;
  private final List<Part> parts;

  private JsonPath(String text, List<Part> parts) {
    this.text = text;
    this.parts = List.copyOf(parts);
  }

  /**
   * A piece of a template.
   *
   * @param steps of the expression
   * @param body what is repeated for each value; null for a piece that is printed
   */
  record Part(List<Step> steps, @Nullable List<Part> body) {}

  /**
   * Reads a template. A path alone needs no braces: {@code .status.phase} is {@code
   * {.status.phase}}.
   *
   * @throws JsonPathException when it cannot be understood
   */
  public static JsonPath template(String text) {
    if (text.length() > LENGTH_MAX) {
      throw new JsonPathException(
          "error parsing jsonpath: %d characters are too many; %d are the most"
              .formatted(text.length(), LENGTH_MAX));
    }
    boolean path =
        text.indexOf('{') < 0
            && (text.startsWith(".") || text.startsWith("$.") || text.startsWith("["));
    return new JsonPath(text, new Reader(text, path ? "{" + text + "}" : text).template());
  }

  /**
   * Reads one expression, with or without braces, and without text around it.
   *
   * @throws JsonPathException when it cannot be understood
   */
  public static JsonPath expression(String text) {
    String inner =
        text.startsWith("{") || text.startsWith(".") || text.startsWith("$") ? text : "." + text;
    JsonPath read = template(inner);
    if (read.parts.size() != 1 || read.parts.get(0).body() != null) {
      throw new JsonPathException(
          "error parsing jsonpath %s: one path is expected, such as {.status.phase}"
              .formatted(excerpt(text)));
    }
    return read;
  }

  /** A text in quotes, cut where it is long. */
  static String excerpt(String text) {
    return '"' + (text.length() > EXCERPT ? text.substring(0, EXCERPT) + "…" : text) + '"';
  }

  /**
   * What an expression finds.
   *
   * @throws JsonPathException when it does not fit the value
   */
  public List<@Nullable Object> find(@Nullable Object root) {
    List<@Nullable Object> found = new ArrayList<>();
    Budget budget = new Budget();
    within(
        () -> {
          for (Part part : parts) {
            found.addAll(values(part, root, budget));
          }
        });
    return found;
  }

  /**
   * The template, filled in: texts as they are, numbers and truths as JSON has them, everything
   * else as JSON on one line with sorted keys. Several values of one expression are separated by
   * blanks.
   *
   * @param shown how texts of the value, which are somebody else's, are shown
   * @throws JsonPathException when it does not fit the value
   */
  public String render(@Nullable Object root, UnaryOperator<String> shown) {
    StringBuilder out = new StringBuilder();
    Budget budget = new Budget();
    within(() -> render(parts, root, shown, budget, out));
    return out.toString();
  }

  private void within(Runnable work) {
    try {
      work.run();
    } catch (JsonPathException e) {
      throw new JsonPathException(
          "error executing jsonpath %s: %s".formatted(excerpt(text), e.getMessage()));
    }
  }

  private static void render(
      List<Part> parts,
      @Nullable Object root,
      UnaryOperator<String> shown,
      Budget budget,
      StringBuilder out) {
    for (Part part : parts) {
      List<@Nullable Object> values = values(part, root, budget);
      List<Part> body = part.body();
      if (body != null) {
        for (Object each : values) {
          render(body, each, shown, budget, out);
        }
        continue;
      }
      boolean own = part.steps().get(part.steps().size() - 1) instanceof Steps.Literal;
      for (int i = 0; i < values.size(); i++) {
        out.append(i == 0 ? "" : " ");
        String value = text(values.get(i));
        out.append(own ? value : shown.apply(value));
      }
      if (out.length() > OUTPUT_MAX) {
        throw new JsonPathException(
            "it prints more than %d characters; choose fewer values".formatted(OUTPUT_MAX));
      }
    }
  }

  private static List<@Nullable Object> values(Part part, @Nullable Object root, Budget budget) {
    List<@Nullable Object> start = new ArrayList<>();
    start.add(root);
    return Step.all(part.steps(), start, budget);
  }

  /** A value as text. */
  public static String text(@Nullable Object value) {
    if (value instanceof String string) {
      return string;
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    return value == null ? "" : Json.write(sorted(value));
  }

  private static @Nullable Object sorted(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new TreeMap<>();
      map.forEach((key, each) -> copy.put(String.valueOf(key), sorted(each)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(each -> copy.add(sorted(each)));
      return copy;
    }
    return value;
  }

  @Override
  public String toString() {
    return text;
  }
}
