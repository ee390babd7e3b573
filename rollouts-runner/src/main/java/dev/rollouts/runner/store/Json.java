package dev.rollouts.runner.store;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trees of plain JDK values as JSON text and back: enough for the files of a {@link FileRunStore},
 * so that an embedding service needs no JSON library.
 */
final class Json {
  private static final int DEPTH_MAX = 200;
  private static final int NUMBER_MAX = 400;

  private Json() {}

  /** Indented by two blanks, so that a person can read and compare it. */
  static String write(@Nullable Object tree) {
    StringBuilder out = new StringBuilder();
    write(tree, "\n", out);
    return out.append('\n').toString();
  }

  /**
   * Reads one document.
   *
   * @throws IOException with the offset and what is wrong there
   */
  static @Nullable Object read(String text) throws IOException {
    Reader reader = new Reader(text);
    Object tree = reader.value(0);
    reader.blanks();
    if (reader.at < text.length()) {
      throw reader.fault("nothing more");
    }
    return tree;
  }

  private static void write(@Nullable Object value, String indent, StringBuilder out) {
    String deeper = indent + "  ";
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      char before = '{';
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(before).append(deeper);
        string(String.valueOf(entry.getKey()), out);
        out.append(": ");
        write(entry.getValue(), deeper, out);
        before = ',';
      }
      out.append(indent).append('}');
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      char before = '[';
      for (Object element : list) {
        out.append(before).append(deeper);
        write(element, deeper, out);
        before = ',';
      }
      out.append(indent).append(']');
    } else if (value instanceof Map) {
      out.append("{}");
    } else if (value instanceof List) {
      out.append("[]");
    } else if (value == null || value instanceof Boolean || isFinite(value)) {
      out.append(value);
    } else {
      string(value.toString(), out);
    }
  }

  private static boolean isFinite(Object value) {
    return value instanceof Number number && Double.isFinite(number.doubleValue());
  }

  private static void string(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          // Half of a surrogate pair has no form in UTF-8.
          if (c < ' ' || Character.isSurrogate(c)) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** One reading of one text. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    @Nullable Object value(int depth) throws IOException {
      if (depth > DEPTH_MAX) {
        throw fault("at most " + DEPTH_MAX + " levels");
      }
      blanks();
      char c = at < text.length() ? text.charAt(at) : 0;
      return switch (c) {
        case '{' -> object(depth);
        case '[' -> list(depth);
        case '"' -> string();
        case 't' -> word("true", true);
        case 'f' -> word("false", false);
        case 'n' -> word("null", null);
        default -> number();
      };
    }

    void blanks() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    IOException fault(String wanted) {
      return new IOException("not JSON at offset %d: expected %s".formatted(at, wanted));
    }

    private Map<String, @Nullable Object> object(int depth) throws IOException {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      at++;
      if (isNext('}')) {
        return object;
      }
      do {
        blanks();
        if (at >= text.length() || text.charAt(at) != '"') {
          throw fault("a key");
        }
        String key = string();
        if (!isNext(':')) {
          throw fault("':'");
        }
        object.put(key, value(depth + 1));
      } while (isNext(','));
      if (!isNext('}')) {
        throw fault("',' or '}'");
      }
      return object;
    }

    private List<@Nullable Object> list(int depth) throws IOException {
      List<@Nullable Object> list = new ArrayList<>();
      at++;
      if (isNext(']')) {
        return list;
      }
      do {
        list.add(value(depth + 1));
      } while (isNext(','));
      if (!isNext(']')) {
        throw fault("',' or ']'");
      }
      return list;
    }

    private boolean isNext(char wanted) {
      blanks();
      if (at < text.length() && text.charAt(at) == wanted) {
        at++;
        return true;
      }
      return false;
    }

    private String string() throws IOException {
      StringBuilder out = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == '"') {
          at++;
          return out.toString();
        }
        out.append(c == '\\' ? escaped() : c);
      }
      throw fault("the end of a string");
    }

    private char escaped() throws IOException {
      at++;
      char c = at < text.length() ? text.charAt(at) : 0;
      return switch (c) {
        case '"', '\\', '/' -> c;
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'u' -> unicode();
        default -> throw fault("an escape");
      };
    }

    private char unicode() throws IOException {
      try {
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
      } catch (NumberFormatException | IndexOutOfBoundsException notHex) {
        throw fault("four hexadecimal digits");
      }
    }

    private @Nullable Object word(String word, @Nullable Object value) throws IOException {
      if (!text.startsWith(word, at)) {
        throw fault(word);
      }
      at += word.length();
      return value;
    }

    private Object number() throws IOException {
      int start = at;
      while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      String number = text.substring(start, at);
      if (number.isEmpty() || number.length() > NUMBER_MAX) {
        throw fault("a value");
      }
      try {
        if (number.chars().allMatch(c -> c == '-' || Character.isDigit(c))) {
          BigInteger whole = new BigInteger(number);
          if (whole.bitLength() < Integer.SIZE) {
            return whole.intValue();
          }
          return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole;
        }
        return Double.valueOf(number);
      } catch (NumberFormatException notANumber) {
        throw fault("a number");
      }
    }
  }
}
