package dev.rollouts.engine.condition;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code toJSON} and {@code fromJSON}: strict, bounded in depth and size. */
final class Json {
  private Json() {}

  static String write(Evaluation evaluation, @Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(evaluation, value, out, 0);
    evaluation.allocate(out.length());
    return out.toString();
  }

  private static void write(
      Evaluation evaluation, @Nullable Object value, StringBuilder out, int depth) {
    evaluation.step(1);
    if (out.length() >= Evaluation.SIZE_LIMIT) {
      throw Fault.memory();
    }
    if (value instanceof String text) {
      evaluation.step(text.length());
      quote(text, out);
    } else if (value instanceof Double number) {
      if (number.isNaN() || number.isInfinite()) {
        throw Fault.run("json: unsupported value: " + Formats.number(number));
      }
      out.append(Formats.jsonNumber(number));
    } else if (value == null || value instanceof Long || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof Duration duration) {
      out.append(duration.toNanos());
    } else if (value instanceof ZonedDateTime time) {
      quote(Times.RFC3339_NANO.format(time), out);
    } else if (value instanceof List<?> list) {
      array(evaluation, list, out, Evaluation.deeper(depth));
    } else if (value instanceof Map<?, ?> map && !(value instanceof Groups)) {
      object(evaluation, map, out, Evaluation.deeper(depth));
    } else {
      throw Fault.run("json: unsupported type: " + Values.typeName(value));
    }
  }

  private static void array(Evaluation evaluation, List<?> list, StringBuilder out, int depth) {
    if (list.isEmpty()) {
      out.append("[]");
      return;
    }
    char before = '[';
    for (Object element : list) {
      out.append(before);
      newLine(out, depth);
      write(evaluation, element, out, depth);
      before = ',';
    }
    newLine(out, depth - 1);
    out.append(']');
  }

  private static void object(Evaluation evaluation, Map<?, ?> map, StringBuilder out, int depth) {
    if (map.isEmpty()) {
      out.append("{}");
      return;
    }
    List<Object> keys = new ArrayList<>(map.keySet());
    keys.sort(Formats::compareKeys);
    char before = '{';
    for (Object key : keys) {
      out.append(before);
      newLine(out, depth);
      write(evaluation, key, out, depth);
      out.append(": ");
      write(evaluation, map.get(key), out, depth);
      before = ',';
    }
    newLine(out, depth - 1);
    out.append('}');
  }

  private static void newLine(StringBuilder out, int depth) {
    out.append('\n').append("  ".repeat(depth));
  }

  private static void quote(String text, StringBuilder out) {
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
        default -> {
          if (c < ' ' || "<>&\u2028\u2029".indexOf(c) >= 0) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  static @Nullable Object read(Evaluation evaluation, String text) {
    evaluation.step(text.length());
    return new Reader(evaluation, text).document();
  }

  private static final class Reader {
    private final Evaluation evaluation;
    private final String text;
    private int at;

    Reader(Evaluation evaluation, String text) {
      this.evaluation = evaluation;
      this.text = text;
    }

    @Nullable Object document() {
      Object value = value(0);
      blanks();
      if (at < text.length()) {
        throw invalid("after top-level value");
      }
      return value;
    }

    private @Nullable Object value(int depth) {
      blanks();
      evaluation.allocate(1);
      if (at == text.length()) {
        throw Fault.run("unexpected end of JSON input");
      }
      char c = text.charAt(at);
      return switch (c) {
        case '{' -> object(Evaluation.deeper(depth));
        case '[' -> array(Evaluation.deeper(depth));
        case '"' -> string();
        case 't' -> word("true", true);
        case 'f' -> word("false", false);
        case 'n' -> word("null", null);
        default -> number();
      };
    }

    private Map<String, @Nullable Object> object(int depth) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      at++;
      if (isNext('}')) {
        return map;
      }
      do {
        blanks();
        if (at < text.length() && text.charAt(at) != '"') {
          throw invalid("looking for beginning of object key string");
        }
        String key = string();
        if (!isNext(':')) {
          throw invalid("after object key");
        }
        map.put(key, value(depth));
      } while (isNext(','));
      if (!isNext('}')) {
        throw invalid("after object key:value pair");
      }
      return map;
    }

    private List<@Nullable Object> array(int depth) {
      List<@Nullable Object> list = new ArrayList<>();
      at++;
      if (isNext(']')) {
        return list;
      }
      do {
        list.add(value(depth));
      } while (isNext(','));
      if (!isNext(']')) {
        throw invalid("after array element");
      }
      return list;
    }

    private @Nullable Object word(String word, @Nullable Object value) {
      if (!text.startsWith(word, at)) {
        throw invalid("in literal " + word);
      }
      at += word.length();
      return value;
    }

    private Double number() {
      int start = at;
      accept('-');
      if (!accept('0') && digits() == 0) {
        throw invalid("looking for beginning of value");
      }
      if (accept('.') && digits() == 0) {
        throw invalid("after decimal point in numeric literal");
      }
      if (accept('e') || accept('E')) {
        if (!accept('+')) {
          accept('-');
        }
        if (digits() == 0) {
          throw invalid("in exponent of numeric literal");
        }
      }
      String literal = text.substring(start, at);
      double value = Double.parseDouble(literal);
      if (Double.isInfinite(value)) {
        throw Fault.run("json: number out of range: " + Fault.excerpt(literal));
      }
      return value;
    }

    private int digits() {
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      return at - start;
    }

    private boolean accept(char c) {
      if (at < text.length() && text.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    private String string() {
      StringBuilder value = new StringBuilder();
      at++;
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '"') {
          at++;
          return Texts.withoutLoneSurrogates(value.toString());
        }
        if (c < ' ') {
          throw invalid("in string literal");
        }
        at++;
        value.append(c == '\\' ? escape() : c);
      }
      throw Fault.run("unexpected end of JSON input");
    }

    private char escape() {
      if (at == text.length()) {
        throw Fault.run("unexpected end of JSON input");
      }
      char c = text.charAt(at);
      at++;
      switch (c) {
        case '"', '\\', '/' -> {
          return c;
        }
        case 'b' -> {
          return '\b';
        }
        case 'f' -> {
          return '\f';
        }
        case 'n' -> {
          return '\n';
        }
        case 'r' -> {
          return '\r';
        }
        case 't' -> {
          return '\t';
        }
        case 'u' -> {
          return unicode();
        }
        default -> {
          at--;
          throw invalid("in string escape code");
        }
      }
    }

    private char unicode() {
      int number = 0;
      for (int i = 0; i < 4; i++) {
        int digit =
            at < text.length() && text.charAt(at) < 128 ? Character.digit(text.charAt(at), 16) : -1;
        if (digit < 0) {
          throw invalid("in \\u hexadecimal character escape");
        }
        number = number * 16 + digit;
        at++;
      }
      return (char) number;
    }

    private boolean isNext(char c) {
      blanks();
      return accept(c);
    }

    private void blanks() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private Fault invalid(String where) {
      return Fault.run(
          at >= text.length()
              ? "unexpected end of JSON input"
              : "invalid character '%s' %s"
                  .formatted(Character.toString(text.codePointAt(at)), where));
    }
  }
}
