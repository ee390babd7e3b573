package dev.rollouts.analysis.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as plain JDK values: unmodifiable Map and List, String, Double, Boolean and null.
 *
 * <p>Strict as RFC 8259: one value, no comments, no trailing data, no {@code NaN}. Of duplicate
 * keys the last counts, an unpaired surrogate reads as U+FFFD, a number too large for a double is
 * an error. A document from outside costs no more than its length: depth and the number of values
 * are limited.
 */
public final class Json {
  /** Deepest nesting that is read. */
  public static final int DEPTH_MAX = 256;

  /** Most values that are read, containers included. */
  public static final int VALUES_MAX = 2_000_000;

  /** By code point, as UTF-8 sorts. */
  private static final Comparator<String> KEY_ORDER = Json::compareCodePoints;

  private final String text;
  private int at;
  private int values;

  private Json(String text) {
    this.text = text;
  }

  /**
   * Reads a document.
   *
   * @return null for the document {@code null}
   * @throws MalformedException when it is not JSON, or deeper or larger than the limits
   */
  public static @Nullable Object parse(String text) throws MalformedException {
    Json json = new Json(text);
    json.skipBlanks();
    Object value = json.value(0);
    json.skipBlanks();
    if (json.at < text.length()) {
      throw json.unexpected("after the end of the document");
    }
    return value;
  }

  /**
   * Writes a value without blanks, keys sorted (P-007); numbers in the JSON style of {@link
   * Numbers#json}.
   */
  public static String render(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(value, true, out);
    return out.toString();
  }

  /**
   * Writes a value without blanks, keys in their own order, integers and decimals with all their
   * digits.
   */
  public static String compact(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(value, false, out);
    return out.toString();
  }

  private @Nullable Object value(int depth) throws MalformedException {
    if (++values > VALUES_MAX) {
      throw new MalformedException("the document has more than " + VALUES_MAX + " values", true);
    }
    if (depth > DEPTH_MAX) {
      throw new MalformedException("the document is nested deeper than " + DEPTH_MAX, true);
    }
    if (at == text.length()) {
      throw unexpected("looking for the beginning of a value");
    }
    return switch (text.charAt(at)) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> literal("true", true);
      case 'f' -> literal("false", false);
      case 'n' -> literal("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object(int depth) throws MalformedException {
    at++;
    skipBlanks();
    if (skip('}')) {
      return Collections.emptyMap(); // unlike Map.of() it may be asked for null
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(4);
    do {
      skipBlanks();
      if (at == text.length() || text.charAt(at) != '"') {
        throw unexpected("looking for the beginning of a key");
      }
      String key = string();
      skipBlanks();
      if (!skip(':')) {
        throw unexpected("after a key");
      }
      skipBlanks();
      fields.put(key, value(depth + 1));
      skipBlanks();
    } while (skip(','));
    if (!skip('}')) {
      throw unexpected("after a value of an object");
    }
    return Collections.unmodifiableMap(fields);
  }

  private List<@Nullable Object> array(int depth) throws MalformedException {
    at++;
    skipBlanks();
    if (skip(']')) {
      return Collections.emptyList(); // unlike List.of() it may be asked for null
    }
    ArrayList<@Nullable Object> elements = new ArrayList<>(2);
    do {
      skipBlanks();
      elements.add(value(depth + 1));
      skipBlanks();
    } while (skip(','));
    if (!skip(']')) {
      throw unexpected("after an element of an array");
    }
    return Collections.unmodifiableList(elements);
  }

  private String string() throws MalformedException {
    int start = ++at;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\') {
      refuseControl();
      at++;
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return paired(text.substring(start, at++));
    }
    StringBuilder content = new StringBuilder().append(text, start, at);
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return paired(content.toString());
      }
      if (c == '\\') {
        at++;
        content.append(escaped());
      } else {
        refuseControl();
        content.append(c);
        at++;
      }
    }
    throw unexpected("in a string");
  }

  private void refuseControl() throws MalformedException {
    if (text.charAt(at) < ' ') {
      throw unexpected("in a string");
    }
  }

  private char escaped() throws MalformedException {
    if (at == text.length()) {
      throw unexpected("in a string");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hex();
      default -> {
        at--;
        throw unexpected("in a string escape");
      }
    };
  }

  private char hex() throws MalformedException {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit =
          at < text.length() && text.charAt(at) < 128 ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw unexpected("in a \\u escape");
      }
      code = code << 4 | digit;
      at++;
    }
    return (char) code;
  }

  /** A string that UTF-8 can hold: each surrogate has its other half. */
  private static String paired(String content) {
    for (int i = 0; i < content.length(); i++) {
      if (Character.isSurrogate(content.charAt(i))) {
        return content
            .codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
      }
    }
    return content;
  }

  private @Nullable Object literal(String word, @Nullable Object value) throws MalformedException {
    if (!text.startsWith(word, at)) {
      throw unexpected("in the literal " + word);
    }
    at += word.length();
    return value;
  }

  private Double number() throws MalformedException {
    int start = at;
    skip('-');
    if (!skip('0')) {
      digits();
    }
    if (skip('.')) {
      digits();
    }
    if (skip('e') || skip('E')) {
      if (!skip('+')) {
        skip('-');
      }
      digits();
    }
    double number = Double.parseDouble(text.substring(start, at));
    if (Double.isInfinite(number)) {
      throw new MalformedException(
          "the number " + Excerpt.of(text.substring(start, at), 40) + " is too large", false);
    }
    return number;
  }

  private void digits() throws MalformedException {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == start) {
      throw unexpected(
          start > 0 && "-.eE+".indexOf(text.charAt(start - 1)) >= 0
              ? "in a number"
              : "looking for the beginning of a value");
    }
  }

  private boolean skip(char expected) {
    if (at < text.length() && text.charAt(at) == expected) {
      at++;
      return true;
    }
    return false;
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private MalformedException unexpected(String where) {
    if (at >= text.length()) {
      return new MalformedException("unexpected end of JSON input", false);
    }
    String shown = Excerpt.of(Character.toString(text.codePointAt(at)), 2);
    return new MalformedException(
        "invalid character '%s' %s (position %d)".formatted(shown, where, at), false);
  }

  private static void write(@Nullable Object value, boolean sorted, StringBuilder out) {
    if (value instanceof Map<?, ?> map) {
      writeObject(map, sorted, out);
    } else if (value instanceof List<?> list) {
      char separator = '[';
      for (Object element : list) {
        out.append(separator);
        write(element, sorted, out);
        separator = ',';
      }
      out.append(list.isEmpty() ? "[]" : "]");
    } else if (value instanceof Double || value instanceof Float) {
      out.append(Numbers.json(((Number) value).doubleValue()));
    } else if (value == null || value instanceof Boolean || value instanceof Number) {
      out.append(value);
    } else {
      writeString(value.toString(), out);
    }
  }

  private static void writeObject(Map<?, ?> map, boolean sorted, StringBuilder out) {
    List<String> keys = new ArrayList<>(map.size());
    map.keySet().forEach(key -> keys.add(String.valueOf(key)));
    if (sorted) {
      keys.sort(KEY_ORDER);
    }
    char separator = '{';
    for (String key : keys) {
      out.append(separator);
      writeString(key, out);
      out.append(':');
      write(map.get(key), sorted, out);
      separator = ',';
    }
    out.append(keys.isEmpty() ? "{}" : "}");
  }

  private static void writeString(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '<', '>', '&', '\u2028', '\u2029' -> escape(c, out);
        default -> {
          if (c < ' ') {
            escape(c, out);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static void escape(char c, StringBuilder out) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(Character.forDigit(c >> shift & 0xF, 16));
    }
  }

  private static int compareCodePoints(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        // Surrogates stand for the highest code points although they are not the highest chars.
        return Character.isSurrogate(a) != Character.isSurrogate(b)
            ? (Character.isSurrogate(a) ? 1 : -1)
            : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  /** A text that is not JSON, or more of it than is read. */
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean beyondLimits;

    MalformedException(String message, boolean beyondLimits) {
      super(message);
      this.beyondLimits = beyondLimits;
    }

    /** Whether it may well be JSON, but deeper or larger than the limits. */
    public boolean isBeyondLimits() {
      return beyondLimits;
    }
  }
}
