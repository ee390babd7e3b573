package dev.rollouts.api.wire;

import static java.util.Objects.requireNonNull;

/**
 * A number that YAML may spell as an integer or as a string, so that it can be templated: {@code count: "{{args.n}}"}.
 *
 * <p>A string that is not a decimal integer with an optional sign counts as 0, the empty string included; numbers beyond 32 bits are
 * held at the nearest end.
 *
 * @param value {@code Integer} or {@code String}, as written
 */
public record IntOrString(Object value) {
  public IntOrString {
    requireNonNull(value, "value");
    if (!(value instanceof Integer || value instanceof String)) {
      throw new IllegalArgumentException("IntOrString takes an Integer or a String, was " + value.getClass());
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
    try {
      return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, Long.parseLong((String) value)));
    } catch (NumberFormatException notAnInteger) {
      return 0;
    }
  }

  /** Whether the text, if it is one, is a decimal integer. A placeholder is none. */
  public boolean isNumber() {
    if (value instanceof Integer) {
      return true;
    }
    try {
      Long.parseLong((String) value);
      return true;
    } catch (NumberFormatException notAnInteger) {
      return false;
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
