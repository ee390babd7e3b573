package dev.rollouts.engine.analysis.explain;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** How numbers are shown to people. */
final class Numbers {
  private static final int DIGITS = 6;

  private Numbers() {}

  /** At most six digits: {@code 0.071}, {@code 12}, {@code 1.5e+09}, {@code NaN}. */
  static String shown(double number) {
    return shown(number, RoundingMode.HALF_EVEN);
  }

  /**
   * As {@link #shown(double)}, rounded in a direction where the other one would make a sentence
   * wrong.
   */
  static String shown(double number, RoundingMode rounding) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.isNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
    }
    BigDecimal rounded =
        BigDecimal.valueOf(number).round(new MathContext(DIGITS, rounding)).stripTrailingZeros();
    if (rounded.signum() == 0) {
      return "0";
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    return exponent < -5 || exponent > 8
        ? rounded.toString().replace('E', 'e')
        : rounded.toPlainString();
  }
}
