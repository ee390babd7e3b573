package dev.rollouts.cli.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * An axis of numbers with round marks.
 *
 * @param low lowest number on the axis
 * @param high above {@code low}
 * @param step between marks
 */
record Scale(double low, double high, double step) {
  private static final MathContext DIGITS = new MathContext(6);

  /**
   * A scale that reaches all numbers.
   *
   * @param numbers finite; none gives a scale from 0 to 1
   * @param marks how many marks there may be about
   */
  static Scale around(List<Double> numbers, int marks) {
    double low = numbers.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double high = numbers.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double span = high - low;
    if (!(span > Math.max(Math.abs(high), Math.abs(low)) * 1e-9)) {
      double around = high == 0 ? 1 : Math.abs(high) * 0.1;
      low -= low > 0 && around > low ? low : around;
      high += around;
    } else if (!Double.isFinite(span)) {
      return new Scale(low / 2, high / 2, Double.MAX_VALUE / 4);
    }
    double raw = (high - low) / marks;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = power * 10;
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= raw) {
        step = factor * power;
        break;
      }
    }
    return new Scale(
        Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step, step);
  }

  /**
   * The same scale with a mark more on a side whose end is one of these numbers, so that there is
   * something beyond it.
   */
  Scale beyond(List<Double> numbers) {
    boolean atLow = numbers.stream().anyMatch(number -> number <= low + step * 1e-6);
    boolean atHigh = numbers.stream().anyMatch(number -> number >= high - step * 1e-6);
    return new Scale(atLow ? low - step : low, atHigh ? high + step : high, step);
  }

  /** Where a number lies: 0 at the bottom, 1 at the top, held within these. */
  double share(double number) {
    return Math.max(0, Math.min(1, (number - low) / (high - low)));
  }

  /** The marks from the bottom up. */
  List<Double> marks() {
    List<Double> marks = new ArrayList<>();
    for (int i = 0; marks.size() < 50; i++) {
      double mark = low + i * step;
      if (mark > high + step * 1e-6) {
        break;
      }
      marks.add(mark);
    }
    return marks;
  }

  /** A number on the axis with as many decimals as the step needs. */
  String label(double number) {
    return shown(new BigDecimal(number).round(new MathContext(12)), step);
  }

  private static String shown(BigDecimal number, double step) {
    int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
    if (number.abs().doubleValue() >= 1e7 || decimals > 6) {
      return plain(number.doubleValue());
    }
    return number.setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** A number with at most six digits: {@code 0.0713}, {@code 1.5e+9}. */
  static String plain(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "+Inf" : "-Inf";
    }
    BigDecimal rounded = new BigDecimal(number).round(DIGITS).stripTrailingZeros();
    if (rounded.signum() == 0) {
      return "0";
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    return exponent < -5 || exponent > 8
        ? rounded.toString().replace('E', 'e')
        : rounded.toPlainString();
  }
}
