package dev.rollouts.api.wire;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * A number that YAML may spell as an integer or as a string, so that it can be templated: {@code
 * count: "{{args.n}}"}.
 *
 * <p>A string that is not a decimal integer with an optional sign counts as 0, the empty string
 * included; numbers beyond 32 bits are held at the nearest end.
 *
 * @param value {@code Integer} or {@code String}, as written
 */
public record IntOrString(Object value) {
  /** Nobody means a longer one, and reading it would be slow. */
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,100}");

  public IntOrString {
    requireNonNull(value, "value");
    if (!(value instanceof Integer || value instanceof String)) {
      throw new IllegalArgumentException(
          "IntOrString takes an Integer or a String, was " + value.getClass());
    }
  }

  /** A plain number. */
  public static IntOrString of(int number) {
    return new IntOrString(number);
  }

  /** A number in quotes or a placeholder. */
  public static IntOrString of(String text) {
    return new IntOrString(text);
  }

  /** The number; 0 for a string that is none. */
  public int intValue() {
    if (value instanceof Integer number) {
      return number;
    }
    if (!isNumber()) {
      return 0;
    }
    BigInteger number = new BigInteger((String) value);
    return number.bitLength() < Integer.SIZE
        ? number.intValue()
        : number.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
  }

  /** Whether the text, if it is one, is a decimal integer. A placeholder is none. */
  public boolean isNumber() {
    return value instanceof Integer || INTEGER.matcher((String) value).matches();
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
