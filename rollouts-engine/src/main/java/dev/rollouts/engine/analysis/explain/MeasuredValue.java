package dev.rollouts.engine.analysis.explain;

import dev.rollouts.engine.explain.text.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads back what providers store as a measurement's value: JSON, lists of numbers with NaN and
 * infinities, Go's lists with blanks and {@code <nil>} (P-006, P-007). Immutable and thread-safe.
 *
 * @param value Map, List, String, Double, Boolean or null
 */
public record MeasuredValue(@Nullable Object value) {
  private static final int LENGTH_MAX = 64 * 1024;
  private static final int DEPTH_MAX = 64;

  /** The value, or empty when the text is none of these forms. Never throws. */
  public static Optional<MeasuredValue> read(String rendered) {
    if (rendered.isBlank() || rendered.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Reader(rendered).whole());
    } catch (UnreadableException unreadable) {
      return Optional.empty();
    }
  }

  /** A stored value for people: numbers with at most six digits, everything else as it is. */
  static String shown(String rendered) {
    List<Double> numbers = read(rendered).map(MeasuredValue::numbers).orElse(List.of());
    if (numbers.isEmpty()) {
      return Words.shown(rendered);
    }
    String list = numbers.stream().map(Numbers::shown).collect(Collectors.joining(","));
    return Words.shown(rendered.strip().startsWith("[") ? "[" + list + "]" : list);
  }

  /**
   * The numbers in it, in order: one for a number, those of a list that holds nothing else, else
   * none. NaN and infinities are numbers, too.
   */
  public List<Double> numbers() {
    if (value instanceof Double number) {
      return List.of(number);
    }
    List<Double> numbers = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object element : list) {
        if (!(element instanceof Double number)) {
          return List.of();
        }
        numbers.add(number);
      }
    }
    return List.copyOf(numbers);
  }

  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    MeasuredValue whole() throws UnreadableException {
      Object value = value(0);
      blanks();
      if (at < text.length()) {
        throw new UnreadableException();
      }
      return new MeasuredValue(value);
    }

    private @Nullable Object value(int depth) throws UnreadableException {
      blanks();
      if (depth > DEPTH_MAX || at == text.length()) {
        throw new UnreadableException();
      }
      return switch (text.charAt(at)) {
        case '[' -> list(depth);
        case '{' -> object(depth);
        case '"' -> string();
        default -> word();
      };
    }

    private List<@Nullable Object> list(int depth) throws UnreadableException {
      List<@Nullable Object> elements = new ArrayList<>();
      at++;
      while (!closed(']')) {
        elements.add(value(depth + 1));
        comma();
      }
      return elements;
    }

    private Map<String, @Nullable Object> object(int depth) throws UnreadableException {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      at++;
      while (!closed('}')) {
        if (text.charAt(at) != '"') {
          throw new UnreadableException();
        }
        String key = string();
        blanks();
        if (at == text.length() || text.charAt(at++) != ':') {
          throw new UnreadableException();
        }
        fields.put(key, value(depth + 1));
        comma();
      }
      return fields;
    }

    private boolean closed(char end) throws UnreadableException {
      blanks();
      if (at == text.length()) {
        throw new UnreadableException();
      }
      if (text.charAt(at) == end) {
        at++;
        return true;
      }
      return false;
    }

    private String string() throws UnreadableException {
      StringBuilder out = new StringBuilder();
      at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          return out.toString();
        }
        out.append(c == '\\' ? escape() : c);
      }
      throw new UnreadableException();
    }

    private char escape() throws UnreadableException {
      if (at == text.length()) {
        throw new UnreadableException();
      }
      char c = text.charAt(at++);
      switch (c) {
        case 'n':
          return '\n';
        case 't':
          return '\t';
        case 'r':
          return '\r';
        case 'b':
          return '\b';
        case 'f':
          return '\f';
        case 'u':
          return unicode();
        default:
          return c;
      }
    }

    private char unicode() throws UnreadableException {
      int end = at + 4;
      try {
        char c = (char) Integer.parseInt(text, at, end, 16);
        at = end;
        return c;
      } catch (NumberFormatException | IndexOutOfBoundsException notFourDigits) {
        throw new UnreadableException();
      }
    }

    private @Nullable Object word() throws UnreadableException {
      int start = at;
      while (at < text.length() && " ,]}\n\t".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      String word = text.substring(start, at);
      switch (word) {
        case "true":
          return true;
        case "false":
          return false;
        case "null", "nil", "<nil>":
          return null;
        case "NaN":
          return Double.NaN;
        case "+Inf", "Inf":
          return Double.POSITIVE_INFINITY;
        case "-Inf":
          return Double.NEGATIVE_INFINITY;
        default:
          return number(word);
      }
    }

    private static Object number(String word) throws UnreadableException {
      if (word.isEmpty() || "+-.0123456789".indexOf(word.charAt(0)) < 0) {
        throw new UnreadableException();
      }
      char last = word.charAt(word.length() - 1);
      if (last != '.' && (last < '0' || last > '9')) {
        throw new UnreadableException(); // Java also takes 1d and 1f
      }
      try {
        return Double.valueOf(word);
      } catch (NumberFormatException notANumber) {
        throw new UnreadableException();
      }
    }

    private void comma() {
      blanks();
      if (at < text.length() && text.charAt(at) == ',') {
        at++;
      }
    }

    private void blanks() {
      while (at < text.length() && " \n\t\r".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
  }

  /** The text is no value. */
  private static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException() {
      super(null, null, false, false);
    }
  }
}
