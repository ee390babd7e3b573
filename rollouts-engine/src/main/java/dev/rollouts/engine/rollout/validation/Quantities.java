package dev.rollouts.engine.rollout.validation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Amounts of resources: {@code 250m}, {@code 1Gi}, {@code 2e3}. */
final class Quantities {
  /** What the API server says about a text that is none. */
  static final String FORMAT =
      "quantities must match the regular expression"
          + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

  private static final int LENGTH_MAX = 64;
  private static final Pattern QUANTITY =
      Pattern.compile(
          "([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+))(?:([a-zA-Z]{0,2})|[eE]([+-]?[0-9]{1,3}))");
  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("", BigDecimal.ONE),
          Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
          Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
          Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
          Map.entry("k", BigDecimal.ONE.movePointRight(3)),
          Map.entry("M", BigDecimal.ONE.movePointRight(6)),
          Map.entry("G", BigDecimal.ONE.movePointRight(9)),
          Map.entry("T", BigDecimal.ONE.movePointRight(12)),
          Map.entry("P", BigDecimal.ONE.movePointRight(15)),
          Map.entry("E", BigDecimal.ONE.movePointRight(18)),
          Map.entry("Ki", binary(10)),
          Map.entry("Mi", binary(20)),
          Map.entry("Gi", binary(30)),
          Map.entry("Ti", binary(40)),
          Map.entry("Pi", binary(50)),
          Map.entry("Ei", binary(60)));

  private Quantities() {}

  /** The amount in whole units, or empty for a text that is none. */
  static Optional<BigDecimal> parse(@Nullable Object value) {
    String text = String.valueOf(value);
    Matcher matcher = QUANTITY.matcher(text);
    if (text.length() > LENGTH_MAX || !matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    String exponent = matcher.group(3);
    if (exponent != null) {
      return Optional.of(number.scaleByPowerOfTen(Integer.parseInt(exponent)));
    }
    return Optional.ofNullable(UNITS.get(matcher.group(2))).map(number::multiply);
  }

  private static BigDecimal binary(int power) {
    return new BigDecimal(BigInteger.TWO.pow(power));
  }
}
