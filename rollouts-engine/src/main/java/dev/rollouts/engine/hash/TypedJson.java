package dev.rollouts.engine.hash;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as a typed Go client writes it: no white space, keys of maps sorted, safe within HTML. Not
 * thread-safe; made for one text.
 */
final class TypedJson {
  private static final BigDecimal PLAIN_MIN = new BigDecimal("1e-6");
  private static final BigDecimal PLAIN_LIMIT = new BigDecimal("1e21");
  private static final char REPLACEMENT = '\ufffd';
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder(1024);
  private final boolean comparing;

  private TypedJson(boolean comparing) {
    this.comparing = comparing;
  }

  /** The text of a value of that type, to be hashed. */
  static String of(WireType type, @Nullable Object tree) {
    return write(type, tree, false);
  }

  /**
   * A text that is the same for values that mean the same: quantities by their amount, empty lists
   * and maps like absent ones.
   */
  static String comparable(WireType type, @Nullable Object tree) {
    return write(type, tree, true);
  }

  private static String write(WireType type, @Nullable Object tree, boolean comparing) {
    TypedJson json = new TypedJson(comparing);
    type.write(type.read(tree), json);
    return json.out.toString();
  }

  boolean comparing() {
    return comparing;
  }

  TypedJson plain(String text) {
    out.append(text);
    return this;
  }

  void list(List<?> list, WireType element) {
    out.append('[');
    for (int i = 0; i < list.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      element.write(element.read(list.get(i)), this);
    }
    out.append(']');
  }

  void object(Map<?, ?> map, WireType element) {
    List<String> keys = new ArrayList<>(map.size());
    map.keySet().forEach(key -> keys.add(String.valueOf(key)));
    keys.sort(TypedJson::byCodePoint);
    out.append('{');
    for (String key : keys) {
      if (out.charAt(out.length() - 1) != '{') {
        out.append(',');
      }
      quote(key);
      out.append(':');
      element.write(element.read(map.get(key)), this);
    }
    out.append('}');
  }

  void raw(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      object(map, Scalar.RAW);
    } else if (value instanceof List<?> list) {
      list(list, Scalar.RAW);
    } else if (value instanceof String text) {
      quote(text);
    } else if (value instanceof Number number) {
      out.append(number(number));
    } else {
      out.append(value);
    }
  }

  /** A number as Go writes it: plain between 1e-6 and 1e21. */
  static String number(Number number) {
    if (number instanceof Integer || number instanceof Long) {
      return number.toString();
    }
    BigDecimal value;
    try {
      value = new BigDecimal(number.toString()).stripTrailingZeros();
    } catch (NumberFormatException e) {
      return "null";
    }
    BigDecimal size = value.abs();
    if (value.signum() == 0
        || (size.compareTo(PLAIN_MIN) >= 0 && size.compareTo(PLAIN_LIMIT) < 0)) {
      return value.toPlainString();
    }
    String digits = size.unscaledValue().toString();
    int exponent = digits.length() - 1 - size.scale();
    return (value.signum() < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e" : "e+")
        + exponent;
  }

  void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '<', '>', '&', '\u2028', '\u2029' -> escape(c);
        default -> {
          if (c < ' ') {
            escape(c);
          } else {
            out.append(isLoneSurrogate(text, i) ? REPLACEMENT : c);
          }
        }
      }
    }
    out.append('"');
  }

  private void escape(char c) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(HEX.charAt(c >> shift & 0xf));
    }
  }

  private static boolean isLoneSurrogate(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  /** The order of the UTF-8 bytes, in which surrogate pairs come last. */
  private static int byCodePoint(String left, String right) {
    int shared = Math.min(left.length(), right.length());
    for (int i = 0; i < shared; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean surrogate = Character.isSurrogate(a);
        return surrogate == Character.isSurrogate(b) ? a - b : surrogate ? 1 : -1;
      }
    }
    return left.length() - right.length();
  }
}
