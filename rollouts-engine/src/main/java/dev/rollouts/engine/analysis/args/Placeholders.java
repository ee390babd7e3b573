package dev.rollouts.engine.analysis.args;

import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Wire;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code {{args.<name>}}} in every string of a metric, map keys included.
 * One pass: what is inserted is not looked at again. There are no expressions, defaults or escapes.
 */
public final class Placeholders {
  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";
  private static final String PREFIX = "args.";

  private Placeholders() {}

  /**
   * The metric with every placeholder replaced. Values are inserted as they are, whatever
   * characters they hold.
   *
   * @throws UnresolvedArgumentException for a placeholder that is none of the arguments (of
   *     several, the last) or has no end
   */
  public static Metric resolve(Metric metric, Map<String, String> values)
      throws UnresolvedArgumentException {
    Map<String, @Nullable Object> tree = Wire.encode(metric);
    Substitution substitution = new Substitution(metric.name(), values);
    Object resolved = substitution.value(tree, Path.root());
    String unknown = substitution.unknown;
    if (substitution.unclosed != null) {
      throw new UnresolvedArgumentException(substitution.unclosed);
    }
    if (unknown != null) {
      throw new UnresolvedArgumentException("failed to resolve {{" + unknown + "}}");
    }
    return substitution.found ? Wire.decode(Metric.class, resolved).value() : metric;
  }

  /**
   * Calls back for each placeholder of a text, in order, with what stands between the braces,
   * trimmed.
   *
   * @return whether the last one has its end
   */
  public static boolean scan(String text, Consumer<String> inner) {
    int at = 0;
    while (true) {
      int open = text.indexOf(OPEN, at);
      if (open < 0) {
        return true;
      }
      int close = text.indexOf(CLOSE, open + OPEN.length());
      if (close < 0) {
        return false;
      }
      inner.accept(trim(text.substring(open + OPEN.length(), close)));
      at = close + CLOSE.length();
    }
  }

  /** The argument that the text between two braces names, or null when it names none. */
  public static @Nullable String argumentName(String inner) {
    return inner.startsWith(PREFIX) ? inner.substring(PREFIX.length()) : null;
  }

  /**
   * Spaces only: in the JSON text that is templated, a line break or tab is an escape and no white
   * space.
   */
  private static String trim(String inner) {
    int from = 0;
    int to = inner.length();
    while (from < to && inner.charAt(from) == ' ') {
      from++;
    }
    while (to > from && inner.charAt(to - 1) == ' ') {
      to--;
    }
    return inner.substring(from, to);
  }

  /** One pass over one metric. */
  private static final class Substitution {
    private final String metric;
    private final Map<String, String> values;
    private @Nullable String unknown;
    private @Nullable String unclosed;
    private boolean found;

    Substitution(String metric, Map<String, String> values) {
      this.metric = metric;
      this.values = values;
    }

    @Nullable Object value(@Nullable Object value, Path path) {
      if (value instanceof String text) {
        return text.contains(OPEN) ? text(text, path) : text;
      }
      if (value instanceof List<?> list) {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
          copy.add(value(list.get(i), path.index(i)));
        }
        return copy;
      }
      if (value instanceof Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach(
            (key, element) -> {
              Path here = path.key((String) key);
              copy.put((String) value(key, here), value(element, here));
            });
        return copy;
      }
      return value;
    }

    private String text(String text, Path path) {
      found = true;
      StringBuilder out = new StringBuilder();
      int at = 0;
      while (true) {
        int open = text.indexOf(OPEN, at);
        if (open < 0) {
          return out.append(text, at, text.length()).toString();
        }
        int close = text.indexOf(CLOSE, open + OPEN.length());
        if (close < 0) {
          unclosed =
              "metric \"%s\", field %s: the placeholder that starts with \"%s\" has no end; add }}"
                  .formatted(metric, path, excerpt(text.substring(open)));
          return text;
        }
        String inner = text.substring(open + OPEN.length(), close);
        String name = argumentName(trim(inner));
        String replacement = name == null ? null : values.get(name);
        if (replacement == null) {
          unknown = inner;
        } else {
          out.append(text, at, open).append(replacement);
        }
        at = close + CLOSE.length();
      }
    }

    private static String excerpt(String text) {
      return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
  }
}
