package dev.rollouts.engine.hash;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * An amount such as {@code 500m}, {@code 1Gi} or {@code 1e3}. Amounts finer than a billionth are
 * rounded away from zero.
 *
 * <p>Source: Kubernetes API, {@code resource.Quantity}; which spellings its Go type keeps was found
 * by asking it about 150,000 of them.
 *
 * @param kept the spelling, where reading and writing leaves it alone; otherwise null
 */
public record Quantity(BigDecimal amount, Notation notation, @Nullable String kept) {
  static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Notation.DECIMAL, null);

  private static final int LENGTH_MAX = 256;
  private static final int FINEST_SCALE = 9;
  private static final int STORED_SCALE = 3;
  private static final int COARSEST_EXPONENT = 18;
  private static final int KEPT_DECIMAL_DIGITS = 18;
  private static final int KEPT_BINARY_DIGITS = 14;
  private static final int EXPONENT_DIGITS = 4;
  private static final BigDecimal LARGEST_BINARY = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final BigInteger STEP = BigInteger.valueOf(1024);
  private static final String DECIMAL_SUFFIXES = "num kMGTPE";
  private static final String BINARY_SUFFIXES = "KMGTPE";

  /** How an amount was written. */
  public enum Notation {
    /** Without a suffix, or with one such as {@code m} or {@code k}. */
    DECIMAL,
    /** With an exponent, such as {@code 1e3}. */
    EXPONENT,
    /** With a suffix such as {@code Ki}. */
    BINARY
  }

  /** The amount that a text of at most 256 characters stands for; null when it stands for none. */
  public static @Nullable Quantity parse(String text) {
    if (text.length() > LENGTH_MAX) {
      return null;
    }
    int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    int point = digitsEnd(text, start);
    boolean pointed = point < text.length() && text.charAt(point) == '.';
    int end = pointed ? digitsEnd(text, point + 1) : point;
    int fraction = pointed ? end - point - 1 : 0;
    if (point - start + fraction == 0) {
      return null;
    }
    while (start < point && text.charAt(start) == '0') {
      start++;
    }
    BigDecimal number = new BigDecimal(text.substring(0, end));
    String suffix = text.substring(end);
    return suffix.length() == 2 && suffix.endsWith("i")
        ? binary(text, number, point - start, fraction, suffix)
        : decimal(text, number, point - start, fraction, suffix);
  }

  private static int digitsEnd(String text, int start) {
    int end = start;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  private static @Nullable Quantity binary(
      String text, BigDecimal number, int whole, int fraction, String suffix) {
    int power = BINARY_SUFFIXES.indexOf(suffix.charAt(0)) + 1;
    if (power == 0) {
      return null;
    }
    boolean isKept =
        fraction == 0
            && whole + 3 * power <= KEPT_BINARY_DIGITS
            && (number.unscaledValue().intValue() & 7) != 0;
    BigDecimal amount = rounded(number.multiply(new BigDecimal(STEP.pow(power))));
    return new Quantity(
        amount.min(LARGEST_BINARY).max(LARGEST_BINARY.negate()),
        Notation.BINARY,
        isKept ? text : null);
  }

  private static @Nullable Quantity decimal(
      String text, BigDecimal number, int whole, int fraction, String suffix) {
    Integer exponent = exponent(suffix);
    if (exponent == null) {
      return null;
    }
    BigDecimal amount = number.scaleByPowerOfTen(exponent);
    boolean isKept =
        whole + fraction <= KEPT_DECIMAL_DIGITS
            && (whole > 0 || fraction == 0)
            && amount.scale() % 3 == 0
            && amount.scale() <= FINEST_SCALE
            && amount.unscaledValue().longValue() % 1000 != 0;
    return new Quantity(
        rounded(amount),
        suffix.length() > 1 ? Notation.EXPONENT : Notation.DECIMAL,
        isKept ? text : null);
  }

  private static @Nullable Integer exponent(String suffix) {
    if (suffix.isEmpty()) {
      return 0;
    }
    if (suffix.length() == 1) {
      int place = suffix.equals(" ") ? -1 : DECIMAL_SUFFIXES.indexOf(suffix);
      return place < 0 ? null : (Integer) (3 * place - FINEST_SCALE);
    }
    char first = suffix.charAt(0);
    String number = suffix.substring(1);
    return (first == 'e' || first == 'E') && number.matches("[+-]?[0-9]{1," + EXPONENT_DIGITS + "}")
        ? Integer.valueOf(number)
        : null;
  }

  private static BigDecimal rounded(BigDecimal amount) {
    return amount.scale() > FINEST_SCALE ? amount.setScale(FINEST_SCALE, RoundingMode.UP) : amount;
  }

  /** The amount without any suffix, in thousandths at the finest, as an API server keeps it. */
  String plain() {
    BigDecimal stripped = amount.stripTrailingZeros();
    return (stripped.scale() > STORED_SCALE
            ? stripped.setScale(STORED_SCALE, RoundingMode.UP).stripTrailingZeros()
            : stripped)
        .toPlainString();
  }

  /**
   * The same amount as a typed client spells it: as it was where it is kept, otherwise a whole
   * number with the largest possible suffix.
   */
  String canonical() {
    if (amount.signum() == 0) {
      return "0";
    }
    if (kept != null) {
      return kept;
    }
    BigDecimal stripped = amount.stripTrailingZeros();
    if (notation == Notation.BINARY
        && stripped.scale() <= 0
        && stripped.abs().compareTo(new BigDecimal(STEP)) >= 0) {
      return binary(stripped.toBigInteger());
    }
    int exponent = 3 * Math.floorDiv(-stripped.scale(), 3);
    String digits = stripped.scaleByPowerOfTen(-exponent).toBigInteger().toString();
    if (exponent == 0 || (notation != Notation.EXPONENT && exponent > COARSEST_EXPONENT)) {
      return digits;
    }
    return notation == Notation.EXPONENT
        ? digits + "e" + exponent
        : digits + DECIMAL_SUFFIXES.charAt((exponent + FINEST_SCALE) / 3);
  }

  private static String binary(BigInteger amount) {
    BigInteger rest = amount;
    int power = 0;
    while (power < BINARY_SUFFIXES.length() && rest.mod(STEP).signum() == 0) {
      rest = rest.divide(STEP);
      power++;
    }
    return power == 0 ? rest.toString() : rest.toString() + BINARY_SUFFIXES.charAt(power - 1) + "i";
  }
}
