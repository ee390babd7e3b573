package dev.rollouts.analysis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  @ParameterizedTest(name = "P-006 plain {0}")
  @CsvSource({
    "0.30000000000000004, 0.30000000000000004",
    "100, 100",
    "1e21, 1000000000000000000000",
    "1e-7, 0.0000001",
    "-0.0, -0",
    "0, 0",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf",
    "2e-3, 0.002",
    "2e23, 200000000000000000000000",
    "1714556400.123, 1714556400.123",
    "-1.5, -1.5",
  })
  void writesPlainDecimalsWithoutExponent(double number, String written) {
    assertThat(Numbers.plain(number)).isEqualTo(written);
  }

  @Test
  void writesTheSmallestNormalNumberInFull() {
    assertThat(Numbers.plain(Double.MIN_NORMAL))
        .isEqualTo("0." + "0".repeat(307) + "22250738585072014");
  }

  @ParameterizedTest(name = "P-006 JSON {0}")
  @CsvSource({
    "0.30000000000000004, 0.30000000000000004",
    "100, 100",
    "1e21, 1e+21",
    "1e20, 100000000000000000000",
    "999999999999999900000, 999999999999999900000",
    "1e-7, 1e-7",
    "1e-6, 0.000001",
    "1.25e-7, 1.25e-7",
    "-1.7976931348623157e308, -1.7976931348623157e+308",
    "4.9e-324, 5e-324",
    "0, 0",
    "-0.0, -0",
  })
  void writesJsonNumbersWithAnExponentOnlyAtTheEdges(double number, String written) {
    assertThat(Numbers.json(number)).isEqualTo(written);
  }

  @ParameterizedTest(name = "P-006 two decimals {0}")
  @CsvSource({
    "0.30000000000000004, 0.30",
    "100, 100.00",
    "2.675, 2.67",
    "0.125, 0.12",
    "0.375, 0.38",
    "-0.001, -0.00",
    "-2.5, -2.50",
    "1e-7, 0.00",
    "1e21, 1000000000000000000000.00",
    "NaN, NaN",
    "Infinity, +Inf",
  })
  void roundsTheExactBinaryValueHalfToEven(double number, String written) {
    assertThat(Numbers.fixed(number, 2)).isEqualTo(written);
  }

  @Test
  @DisplayName(
      "P-006 whatever the bits, the digits read back as the same number, and no shorter ones do")
  void isShortestForAnyBits() {
    Random random = new Random(20260501);
    for (int i = 0; i < 20_000; i++) {
      double number = Double.longBitsToDouble(random.nextLong());
      if (!Double.isNaN(number) && !Double.isInfinite(number) && number != 0) {
        isShortest(number);
      }
    }
  }

  /**
   * Where the gap below a number is half the gap above, and where JDK 17 is known to write too many
   * digits.
   */
  @Test
  void isShortestAtPowersOfTwoAndNearZero() {
    for (int exponent = Double.MIN_EXPONENT - 52; exponent <= Double.MAX_EXPONENT; exponent++) {
      isShortest(Math.scalb(1.0, exponent));
    }
    for (String number :
        List.of(
            "2.0E-3",
            "2.2E-322",
            "1.0E23",
            "8.41E21",
            "9.007199254740993E15",
            "2.98023223876953125E-8")) {
      isShortest(Double.parseDouble(number));
    }
  }

  private static void isShortest(double number) {
    String plain = Numbers.plain(number);
    assertThat(Double.parseDouble(plain)).isEqualTo(number);
    assertThat(Double.parseDouble(Numbers.json(number))).isEqualTo(number);
    BigDecimal found = new BigDecimal(plain).stripTrailingZeros();
    assertThat(Numbers.searched(number))
        .as("both ways agree for %s", number)
        .isEqualByComparingTo(found);
    if (found.precision() > 1) {
      BigDecimal step =
          BigDecimal.ONE.scaleByPowerOfTen(
              found.precision() - 1 - found.scale() - (found.precision() - 2));
      BigDecimal down = found.divideToIntegralValue(step).multiply(step);
      BigDecimal up = down.add(step.multiply(BigDecimal.valueOf(found.signum())));
      assertThat(down.doubleValue()).as("%s is shorter than %s", down, found).isNotEqualTo(number);
      assertThat(up.doubleValue()).as("%s is shorter than %s", up, found).isNotEqualTo(number);
    }
  }
}
