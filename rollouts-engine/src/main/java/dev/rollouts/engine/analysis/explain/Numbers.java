package dev.rollouts.engine.analysis.explain;

import java.math.BigDecimal;
import java.math.MathContext;

/** How numbers are shown to people. */
final class Numbers {
  private static final MathContext DIGITS = new MathContext(6);

  private Numbers() {}

  /** At most six digits: {@code 0.071}, {@code 12}, {@code 1.5e+09}, {@code NaN}. */
  static String shown(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.isNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
    }
    BigDecimal rounded = BigDecimal.valueOf(number).round(DIGITS).stripTrailingZeros();
    if (rounded.signum() == 0) {
      return "0";
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    return exponent < -5 || exponent > 8
        ? rounded.toString().replace('E', 'e')
        : rounded.toPlainString();
  }
}
