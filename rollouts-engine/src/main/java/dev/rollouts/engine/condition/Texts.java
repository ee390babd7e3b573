package dev.rollouts.engine.condition;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The built-in functions about strings. Lengths count characters; positions count bytes of UTF-8.
 */
final class Texts {
  private Texts() {}

  static long length(Evaluation evaluation, String text) {
    evaluation.read(text);
    return text.codePointCount(0, text.length());
  }

  /** A string that UTF-8 can hold: half a character becomes the replacement character. */
  static String withoutLoneSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
            .forEach(clean::appendCodePoint);
        return clean.toString();
      }
    }
    return text;
  }

  /** Where {@code part} begins, in UTF-16 units, or -1. Linear in both, whatever they hold. */
  static int indexOf(Evaluation evaluation, String text, String part) {
    return indexOf(evaluation, text, part, 0);
  }

  private static int indexOf(Evaluation evaluation, String text, String part, int from) {
    // The naive search looks at every character of the part for every one of the text at worst.
    if (part.length() <= 32) {
      evaluation.step(1 + ((text.length() - from) >> 3));
      return text.indexOf(part, from);
    }
    evaluation.step(1 + ((long) (text.length() - from) + part.length()) / 2);
    int[] border = borders(part);
    int matched = 0;
    for (int i = from; i < text.length(); i++) {
      while (matched > 0 && text.charAt(i) != part.charAt(matched)) {
        matched = border[matched - 1];
      }
      if (text.charAt(i) == part.charAt(matched)) {
        matched++;
      }
      if (matched == part.length()) {
        return i - matched + 1;
      }
    }
    return -1;
  }

  /** For every beginning of {@code part} how much of its end is a beginning again. */
  private static int[] borders(String part) {
    int[] border = new int[part.length()];
    int matched = 0;
    for (int i = 1; i < part.length(); i++) {
      while (matched > 0 && part.charAt(i) != part.charAt(matched)) {
        matched = border[matched - 1];
      }
      if (part.charAt(i) == part.charAt(matched)) {
        matched++;
      }
      border[i] = matched;
    }
    return border;
  }

  static long byteIndexOf(Evaluation evaluation, String text, String part) {
    return byteIndex(text, indexOf(evaluation, text, part));
  }

  static long byteLastIndexOf(Evaluation evaluation, String text, String part) {
    String backwards = new StringBuilder(part).reverse().toString();
    int index = indexOf(evaluation, new StringBuilder(text).reverse().toString(), backwards);
    return byteIndex(text, index < 0 ? -1 : text.length() - part.length() - index);
  }

  private static long byteIndex(String text, int index) {
    return index < 0 ? -1 : text.substring(0, index).getBytes(StandardCharsets.UTF_8).length;
  }

  static String upper(Evaluation evaluation, String text) {
    return mapped(evaluation, text, Character::toUpperCase);
  }

  static String lower(Evaluation evaluation, String text) {
    return mapped(evaluation, text, Character::toLowerCase);
  }

  /** Character by character, so that no language and no length of the result comes in. */
  private static String mapped(Evaluation evaluation, String text, IntUnaryOperator change) {
    evaluation.allocate(text.length());
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().map(change).forEach(out::appendCodePoint);
    return out.toString();
  }

  /** Without the characters of {@code set} at both ends; without blanks if there is no set. */
  static String trim(Evaluation evaluation, String text, @Nullable String set) {
    evaluation.step(1 + (long) text.length() * (set == null ? 1 : 1 + (set.length() >> 3)));
    int start = 0;
    int end = text.length();
    while (start < end && isTrimmed(text.codePointAt(start), set)) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (end > start && isTrimmed(text.codePointBefore(end), set)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  private static boolean isTrimmed(int c, @Nullable String set) {
    return set == null
        ? Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85
        : set.indexOf(c) >= 0;
  }

  static String trimPrefix(Evaluation evaluation, String text, String prefix) {
    evaluation.read(text);
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  static String trimSuffix(Evaluation evaluation, String text, String suffix) {
    evaluation.read(text);
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  /**
   * The pieces between separators.
   *
   * @param limit how many pieces at most, the last with the rest; negative for all
   * @param keep whether each piece keeps the separator behind it
   */
  static List<String> split(
      Evaluation evaluation, String text, String separator, long limit, boolean keep) {
    evaluation.step(1 + (text.length() >> 2));
    List<String> pieces = new ArrayList<>();
    int at = 0;
    while (limit < 0 || pieces.size() < limit - 1) {
      int end = endOfPiece(evaluation, text, separator, at);
      if (end < 0) {
        break;
      }
      evaluation.allocate(1);
      pieces.add(text.substring(at, keep ? end + separator.length() : end));
      at = end + separator.length();
    }
    if (limit != 0 && !(separator.isEmpty() && at == text.length())) {
      pieces.add(text.substring(at));
    }
    return pieces;
  }

  /**
   * Where the piece from {@code at} on ends; -1 if it is the last. Without a separator every
   * character is a piece.
   */
  private static int endOfPiece(Evaluation evaluation, String text, String separator, int at) {
    if (!separator.isEmpty()) {
      return indexOf(evaluation, text, separator, at);
    }
    return at == text.length() ? -1 : text.offsetByCodePoints(at, 1);
  }

  /** With the first {@code limit} occurrences replaced; a negative limit means all. */
  static String replace(
      Evaluation evaluation, String text, String old, String replacement, long limit) {
    StringBuilder out = new StringBuilder();
    long left = limit < 0 ? Long.MAX_VALUE : limit;
    int at = 0;
    while (left > 0 && at <= text.length()) {
      int found = old.isEmpty() ? at : indexOf(evaluation, text, old, at);
      if (found < 0) {
        break;
      }
      out.append(text, at, found).append(replacement);
      at = found + old.length();
      left--;
      if (old.isEmpty()) {
        if (at == text.length()) {
          break;
        }
        int c = text.codePointAt(at);
        out.appendCodePoint(c);
        at += Character.charCount(c);
      }
      evaluation.step(1 + (replacement.length() >> 3));
      if (out.length() >= Evaluation.SIZE_LIMIT) {
        throw Fault.memory();
      }
    }
    out.append(text, Math.min(at, text.length()), text.length());
    evaluation.allocate(out.length());
    return out.toString();
  }

  static String repeat(Evaluation evaluation, String text, long count) {
    if (count < 0) {
      throw Fault.run(
          "invalid argument for repeat (expected positive integer, got %d)".formatted(count));
    }
    if (text.isEmpty()) {
      return "";
    }
    if (count >= Evaluation.SIZE_LIMIT) {
      throw Fault.memory();
    }
    evaluation.allocate(text.length() * count);
    return text.repeat((int) count);
  }

  static String join(Evaluation evaluation, List<?> parts, String separator) {
    StringBuilder out = new StringBuilder();
    boolean first = true;
    for (Object part : parts) {
      if (!(part instanceof String text)) {
        throw Fault.run("cannot join %s: not a string".formatted(Values.typeName(part)));
      }
      if (!first) {
        out.append(separator);
      }
      first = false;
      out.append(text);
      evaluation.step(1);
      if (out.length() >= Evaluation.SIZE_LIMIT) {
        throw Fault.memory();
      }
    }
    evaluation.allocate(out.length());
    return out.toString();
  }

  static String toBase64(Evaluation evaluation, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    evaluation.allocate(bytes.length * 4L / 3);
    return Base64.getEncoder().encodeToString(bytes);
  }

  static String fromBase64(Evaluation evaluation, String text) {
    evaluation.allocate(text.length());
    String plain = text.replace("\n", "").replace("\r", "");
    try {
      if (plain.length() % 4 == 0) {
        return new String(Base64.getDecoder().decode(plain), StandardCharsets.UTF_8);
      }
    } catch (IllegalArgumentException malformed) {
      // Said below.
    }
    throw Fault.run("illegal base64 data");
  }

  /**
   * {@code asInt} and {@code int} of a string: an optional sign and decimal digits; null if it is
   * something else.
   */
  static @Nullable Long parseInteger(String text) {
    int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    if (start == text.length()) {
      return null;
    }
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return null;
      }
    }
    return parseDecimal(text);
  }

  private static @Nullable Long parseDecimal(String digits) {
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException outOfRange) {
      return null;
    }
  }

  /**
   * {@code asFloat} and {@code float} of a string; null if it is no number. One that is too large
   * is infinite.
   */
  static @Nullable Double parseFloat(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String word = signed ? text.substring(1) : text;
    if (word.equalsIgnoreCase("inf") || word.equalsIgnoreCase("infinity")) {
      return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (text.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    return isFloat(word) ? Double.valueOf(text.replace("_", "")) : null;
  }

  /** Whether a number follows, without a sign; Java would read a few things more than Go. */
  private static boolean isFloat(String text) {
    boolean hexadecimal = text.startsWith("0x") || text.startsWith("0X");
    int radix = hexadecimal ? 16 : 10;
    int at = hexadecimal ? 2 : 0;
    int digits = 0;
    int dots = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c < 128 && Character.digit(c, radix) >= 0) {
        digits++;
      } else if (c == '.') {
        dots++;
      } else if (!(c == '_' && isBetweenDigits(text, at, radix))) {
        break;
      }
      at++;
    }
    if (digits == 0 || dots > 1) {
      return false;
    }
    if (at == text.length()) {
      return !hexadecimal;
    }
    char exponent = Character.toLowerCase(text.charAt(at));
    return exponent == (hexadecimal ? 'p' : 'e') && parseInteger(shortened(text, at + 1)) != null;
  }

  /** An exponent may have more digits than a number holds; only its form counts here. */
  private static String shortened(String text, int from) {
    int end = Math.min(text.length(), from + 10);
    for (int i = end; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return "";
      }
    }
    return text.substring(from, end);
  }

  private static boolean isBetweenDigits(String text, int at, int radix) {
    return at > 0
        && at + 1 < text.length()
        && Character.digit(text.charAt(at - 1), radix) >= 0
        && Character.digit(text.charAt(at + 1), radix) >= 0;
  }
}
