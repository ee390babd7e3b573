package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.wire.Wire;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Replaces the placeholders whose value is known and leaves the others, unlike the engine. */
record Substitution(Map<String, String> values) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{ *args\\.(.*?) *\\}\\}");

  static boolean isOpen(@Nullable String text) {
    return text != null && text.contains("{{");
  }

  String apply(String text) {
    return isOpen(text)
        ? PLACEHOLDER
            .matcher(text)
            .replaceAll(
                match ->
                    Matcher.quoteReplacement(values.getOrDefault(match.group(1), match.group())))
        : text;
  }

  /** The text with every placeholder that is left replaced by a filler. */
  static String fill(String text, String filler) {
    return PLACEHOLDER.matcher(text).replaceAll(Matcher.quoteReplacement(filler));
  }

  Metric apply(Metric metric) {
    return values.isEmpty()
        ? metric
        : Wire.decode(Metric.class, value(Wire.encode(metric))).value();
  }

  private @Nullable Object value(@Nullable Object tree) {
    if (tree instanceof String text) {
      return apply(text);
    }
    if (tree instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(item -> copy.add(value(item)));
      return copy;
    }
    if (tree instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put(apply((String) key), value(item)));
      return copy;
    }
    return tree;
  }
}
