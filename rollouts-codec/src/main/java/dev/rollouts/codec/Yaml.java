package dev.rollouts.codec;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Trees of plain values as YAML text, in the style of kubectl: two spaces, lists not indented below
 * their key, long texts as blocks. Keys keep their order, so the same tree always gives the same
 * text. A string that some YAML reader could take for something else is quoted. Stateless and
 * thread-safe.
 */
public final class Yaml {
  /** What a text without quotes may start with; many other characters mean something there. */
  private static final Pattern PLAIN_START = Pattern.compile("[A-Za-z0-9_/.(]");

  /** Longer keys must be announced by a question mark. */
  private static final int SIMPLE_KEY_MAX = 120;

  /** Numbers of base 60, times and such, which older readers see in plain text. */
  private static final Pattern NUMBER_LIKE =
      Pattern.compile("[-+.]?[0-9][0-9A-Fa-fxXoO_.:eE+TtZz -]*");

  private Yaml() {}

  /**
   * One document, without a {@code ---} line.
   *
   * @throws IllegalArgumentException for a value that JSON does not have, NaN among them
   */
  public static String write(Map<String, ? extends @Nullable Object> tree) {
    if (tree.isEmpty()) {
      return "{}\n";
    }
    StringBuilder out = new StringBuilder();
    object(out, tree, 0, false);
    return out.toString();
  }

  /** Several documents, with {@code ---} lines between them. */
  public static String writeAll(List<? extends Map<String, ? extends @Nullable Object>> trees) {
    StringBuilder out = new StringBuilder();
    for (Map<String, ? extends @Nullable Object> tree : trees) {
      out.append(out.isEmpty() ? "" : "---\n").append(write(tree));
    }
    return out.toString();
  }

  private static void object(
      StringBuilder out, Map<?, ?> fields, int indent, boolean firstIsIndented) {
    boolean indented = firstIsIndented;
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      out.append(indented ? "" : " ".repeat(indent));
      indented = false;
      String key = scalar(String.valueOf(field.getKey()));
      if (key.length() <= SIMPLE_KEY_MAX) {
        out.append(key).append(':');
      } else {
        out.append("? ").append(key).append('\n').append(" ".repeat(indent)).append(':');
      }
      Object value = field.getValue();
      if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
        out.append('\n');
        object(out, inner, indent + 2, false);
      } else if (value instanceof List<?> list && !list.isEmpty()) {
        out.append('\n');
        list(out, list, indent, false);
      } else {
        out.append(' ');
        leaf(out, value, indent);
      }
    }
  }

  private static void list(StringBuilder out, List<?> items, int indent, boolean firstIsIndented) {
    boolean indented = firstIsIndented;
    for (Object item : items) {
      out.append(indented ? "" : " ".repeat(indent)).append("- ");
      indented = false;
      if (item instanceof Map<?, ?> inner && !inner.isEmpty()) {
        object(out, inner, indent + 2, true);
      } else if (item instanceof List<?> inner && !inner.isEmpty()) {
        list(out, inner, indent + 2, true);
      } else {
        leaf(out, item, indent);
      }
    }
  }

  private static void leaf(StringBuilder out, @Nullable Object value, int indent) {
    if (value instanceof String text && isBlock(text)) {
      block(out, text, indent + 2);
    } else if (value instanceof String text) {
      out.append(scalar(text)).append('\n');
    } else {
      // null, booleans, numbers and empty collections are spelled as in JSON.
      out.append(Json.write(value)).append('\n');
    }
  }

  /** Several lines that a block can hold exactly as they are. */
  private static boolean isBlock(String text) {
    return text.indexOf('\n') >= 0
        && !text.startsWith(" ")
        && !text.startsWith("\n")
        && !text.isBlank()
        && text.chars().allMatch(c -> c == '\n' || isPrintable(c))
        && text.lines().noneMatch(line -> line.endsWith(" ") || line.startsWith("\t"));
  }

  private static void block(StringBuilder out, String text, int indent) {
    int newlines = text.length() - text.stripTrailing().length();
    out.append('|').append(newlines == 0 ? "-" : newlines == 1 ? "" : "+").append('\n');
    String body = newlines == 0 ? text : text.substring(0, text.length() - 1);
    for (String line : body.split("\n", -1)) {
      out.append(line.isEmpty() ? "" : " ".repeat(indent)).append(line).append('\n');
    }
  }

  private static String scalar(String text) {
    boolean printable = text.chars().allMatch(Yaml::isPrintable);
    if (printable && isPlain(text) && !isMisread(text)) {
      return text;
    }
    if (printable) {
      return text.indexOf('\'') >= 0 && text.indexOf('"') < 0 && text.indexOf('\\') < 0
          ? '"' + text + '"'
          : '\'' + text.replace("'", "''") + '\'';
    }
    return escaped(text);
  }

  private static boolean isPlain(String text) {
    return PLAIN_START.matcher(text).lookingAt()
        && !text.endsWith(" ")
        && !text.endsWith(":")
        && !text.contains(": ")
        && !text.contains(" #");
  }

  private static boolean isMisread(String text) {
    return YamlScalar.isNull(text)
        || YamlScalar.asBoolean(text).isPresent()
        || YamlScalar.asNumber(text) != null
        || NUMBER_LIKE.matcher(text).matches();
  }

  private static boolean isPrintable(int c) {
    return c >= ' ' && c < '\u007F'
        || c >= '\u00A0' && c < '\uD800' && c != '\u2028' && c != '\u2029'
        || c >= '\uE000' && c < '\uFEFF';
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                  if (isPrintable(c) || Character.isSurrogate((char) c)) {
                    out.append((char) c);
                  } else {
                    out.append("\\u%04x".formatted(c));
                  }
                }
              }
            });
    return out.append('"').toString();
  }
}
