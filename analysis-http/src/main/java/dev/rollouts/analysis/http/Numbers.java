package dev.rollouts.analysis.http;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as the {@code value} of a measurement spells them (P-006). */
public final class Numbers {
  /**
   * Since JDK 19 {@link Double#toString} is shortest for normal numbers; still not for subnormal
   * ones.
   */
  private static final boolean JDK_IS_SHORTEST = Runtime.version().feature() >= 19;

  /** Decimals of up to this many digits denote distinct normal doubles. */
  private static final int DIGITS_DISTINCT = 15;

  private static final int DIGITS_MAX = 17;

  private Numbers() {}

  /**
   * Shortest digits that read back as the same number, never an exponent; {@code NaN}, {@code
   * +Inf}, {@code -Inf}, {@code -0}.
   */
  public static String plain(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return unusual(number);
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    return shortest(number).toPlainString();
  }

  /**
   * As {@link #plain}, but with an exponent below 1e-6 and from 1e21 on: {@code 1e-7}, {@code
   * 1e+21}.
   */
  public static String json(double number) {
    double size = Math.abs(number);
    if (Double.isNaN(size)
        || Double.isInfinite(size)
        || size == 0
        || (size >= 1e-6 && size < 1e21)) {
      return plain(number);
    }
    BigDecimal digits = shortest(number);
    String unscaled = digits.unscaledValue().abs().toString();
    int exponent = unscaled.length() - 1 - digits.scale();
    return (number < 0 ? "-" : "")
        + unscaled.charAt(0)
        + (unscaled.length() > 1 ? "." + unscaled.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + Math.abs(exponent);
  }

  /**
   * That many decimals of the exact binary value, halves to even: 2.675 has two decimals {@code
   * 2.67}.
   */
  public static String fixed(double number, int decimals) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return unusual(number);
    }
    String digits =
        new BigDecimal(Math.abs(number)).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    return number < 0 || (number == 0 && 1 / number < 0) ? "-" + digits : digits;
  }

  private static String unusual(double number) {
    return Double.isNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
  }

  /**
   * The shortest decimal that reads back as {@code number}, and of these the nearest; without
   * trailing zeros. Must be finite and not zero.
   */
  private static BigDecimal shortest(double number) {
    BigDecimal candidate = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    boolean known = JDK_IS_SHORTEST || candidate.precision() <= DIGITS_DISTINCT;
    return known && isNormal(number) ? candidate : searched(number);
  }

  /** Does not depend on {@link Double#toString}; visible for the test that compares both ways. */
  static BigDecimal searched(double number) {
    BigDecimal exact = new BigDecimal(number);
    int fewest = isNormal(number) ? DIGITS_DISTINCT : 1;
    for (int digits = fewest; digits < DIGITS_MAX; digits++) {
      BigDecimal below = exact.round(new MathContext(digits, RoundingMode.DOWN));
      BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
      boolean belowReads = below.doubleValue() == number;
      boolean aboveReads = above.doubleValue() == number;
      if (belowReads && aboveReads) {
        BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        return nearest.stripTrailingZeros();
      }
      if (belowReads || aboveReads) {
        return (belowReads ? below : above).stripTrailingZeros();
      }
    }
    return exact.round(new MathContext(DIGITS_MAX, RoundingMode.HALF_EVEN)).stripTrailingZeros();
  }

  private static boolean isNormal(double number) {
    return Math.abs(number) >= Double.MIN_NORMAL;
  }
}
