package dev.rollouts.engine.rollout.validation;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.wire.IntOrString;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Wire;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing a controller refuses an object for, in the words of the API server.
 *
 * @param field the place as messages name it, which is not always where it stands: {@code
 *     spec.strategy.steps[0].setWeight}
 * @param path where it stands in the object: {@code spec.strategy.canary.steps[0].setWeight}
 * @param value what is refused: plain JSON, a record, or null; shown where the kind shows values
 * @param detail what is wrong with it; may be empty
 * @param absent whether an object that is referred to does not exist
 */
public record FieldError(
    String field, Path path, Kind kind, @Nullable Object value, String detail, boolean absent) {
  private static final int TREE_MAX = 120;

  /** Longer ones would fill the status, which the server then would not take. */
  private static final int STRING_MAX = 1_000;

  /** What sort of error, as messages name it. */
  public enum Kind {
    /** A value that is refused. */
    INVALID("Invalid value", true),
    /** A value that must be there. */
    REQUIRED("Required value", false),
    /** A contradiction between fields. */
    INTERNAL("Internal error", false),
    /** A value that another element has. */
    DUPLICATE("Duplicate value", true),
    /** A value that is none of those that are known. */
    UNSUPPORTED("Unsupported value", true),
    /** A field that may not be set here. */
    FORBIDDEN("Forbidden", false),
    /** A reference inside the object to something that it does not have. */
    NOT_FOUND("Not found", true);

    private final String text;
    private final boolean showsValue;

    Kind(String text, boolean showsValue) {
      this.text = text;
      this.showsValue = showsValue;
    }
  }

  public FieldError {
    requireNonNull(field, "field");
    requireNonNull(path, "path");
    requireNonNull(kind, "kind");
    requireNonNull(detail, "detail");
  }

  /** {@code Invalid value: 7: must be …}: the message without the field. */
  public String text() {
    StringBuilder text = new StringBuilder(kind.text);
    if (kind.showsValue) {
      text.append(": ").append(shown(value));
    }
    if (!detail.isEmpty()) {
      text.append(": ").append(detail);
    }
    return text.toString();
  }

  /** {@code <field>: <kind>: <value>: <detail>}. */
  @Override
  public String toString() {
    return field + ": " + text();
  }

  private static String shown(@Nullable Object value) {
    if (value instanceof IntOrString number) {
      return shown(number.value());
    }
    StringBuilder text = new StringBuilder();
    write(value instanceof Record tree ? Wire.encode(tree) : value, text);
    int most = value instanceof String ? STRING_MAX : TREE_MAX;
    return text.length() <= most ? text.toString() : text.substring(0, most) + "…";
  }

  private static void write(@Nullable Object value, StringBuilder text) {
    if (value instanceof String string) {
      quote(string, text);
    } else if (value instanceof IntOrString number) {
      write(number.value(), text);
    } else if (value instanceof Map<?, ?> map) {
      String before = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(before);
        quote(String.valueOf(entry.getKey()), text);
        text.append(':');
        write(entry.getValue(), text);
        before = ",";
      }
      text.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      String before = "[";
      for (Object element : list) {
        text.append(before);
        write(element, text);
        before = ",";
      }
      text.append(list.isEmpty() ? "[]" : "]");
    } else {
      text.append(value);
    }
  }

  private static void quote(String string, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            text.append("\\x%02x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
