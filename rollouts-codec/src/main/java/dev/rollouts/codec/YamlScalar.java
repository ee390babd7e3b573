package dev.rollouts.codec;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a plain YAML scalar means to kubectl: booleans in the spellings of YAML 1.1 (among them
 * {@code yes}, {@code on} and {@code y}), integers with prefixes and underscores, a leading 0 for
 * octal, no base-60 numbers, times as strings. Numbers that are whole become integers, as they do
 * on their way through JSON.
 */
final class YamlScalar {
  private static final Map<String, Boolean> BOOLEANS =
      Map.ofEntries(
          Map.entry("y", true),
          Map.entry("Y", true),
          Map.entry("yes", true),
          Map.entry("Yes", true),
          Map.entry("YES", true),
          Map.entry("true", true),
          Map.entry("True", true),
          Map.entry("TRUE", true),
          Map.entry("on", true),
          Map.entry("On", true),
          Map.entry("ON", true),
          Map.entry("n", false),
          Map.entry("N", false),
          Map.entry("no", false),
          Map.entry("No", false),
          Map.entry("NO", false),
          Map.entry("false", false),
          Map.entry("False", false),
          Map.entry("FALSE", false),
          Map.entry("off", false),
          Map.entry("Off", false),
          Map.entry("OFF", false));

  private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
  private static final Pattern NOT_FINITE =
      Pattern.compile("\\.nan|\\.NaN|\\.NAN|[-+]?(\\.inf|\\.Inf|\\.INF)");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\.[0-9]++|[0-9]++(\\.[0-9]*+)?)([eE][-+]?[0-9]++)?");
  private static final BigInteger UINT64_MAX =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final BigInteger INT64_MIN = BigInteger.ONE.shiftLeft(63).negate();

  /** Longer ones are no numbers that anybody means, and expensive to find out about. */
  private static final int DIGITS_MAX = 400;

  private YamlScalar() {}

  /** Whether the text stands for null. */
  static boolean isNull(String text) {
    return NULL.matcher(text).matches();
  }

  /** The boolean that the text stands for. */
  static Optional<Boolean> asBoolean(String text) {
    return Optional.ofNullable(BOOLEANS.get(text));
  }

  /**
   * The number that the text stands for: {@code Integer}, {@code Long}, {@code BigInteger} or
   * {@code Double}; null when it stands for none. One that JSON cannot hold is a {@code Double}
   * that is not finite.
   */
  static @Nullable Number asNumber(String text) {
    if (text.isEmpty() || "+-.0123456789".indexOf(text.charAt(0)) < 0) {
      return null;
    }
    if (NOT_FINITE.matcher(text).matches()) {
      return Double.NaN;
    }
    boolean fraction = text.charAt(0) == '.';
    String plain = fraction ? text : text.replace("_", "");
    if (!fraction) {
      BigInteger integer = integer(plain);
      if (integer != null
          && integer.compareTo(UINT64_MAX) <= 0
          && integer.compareTo(INT64_MIN) >= 0) {
        return narrow(integer);
      }
    }
    if (DECIMAL.matcher(plain).matches()) {
      return narrow(Double.parseDouble(plain));
    }
    return !fraction && integer(plain) != null ? Double.NaN : null;
  }

  /** A whole number as an integer, as JSON writes it; any other as it is. */
  static Number narrow(double number) {
    boolean whole = number == Math.rint(number) && Math.abs(number) < 0x1p63;
    if (whole) {
      return narrow(BigInteger.valueOf((long) number));
    }
    return number;
  }

  static Number narrow(BigInteger number) {
    if (number.bitLength() < Integer.SIZE) {
      return number.intValue();
    }
    if (number.bitLength() < Long.SIZE) {
      return number.longValue();
    }
    return number;
  }

  private static @Nullable BigInteger integer(String plain) {
    int at = plain.startsWith("+") || plain.startsWith("-") ? 1 : 0;
    String digits = plain.substring(at);
    int radix = 10;
    if (digits.startsWith("0x") || digits.startsWith("0X")) {
      radix = 16;
      digits = digits.substring(2);
    } else if (digits.startsWith("0o") || digits.startsWith("0O")) {
      radix = 8;
      digits = digits.substring(2);
    } else if (digits.startsWith("0b") || digits.startsWith("0B")) {
      radix = 2;
      digits = digits.substring(2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      radix = 8;
      digits = digits.substring(1);
    }
    if (digits.isEmpty()) {
      return null;
    }
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c > 'f' || Character.digit(c, radix) < 0) {
        return null;
      }
    }
    if (digits.length() > DIGITS_MAX) {
      return BigInteger.ONE.shiftLeft(2_000);
    }
    BigInteger magnitude = new BigInteger(digits, radix);
    return plain.startsWith("-") ? magnitude.negate() : magnitude;
  }
}
