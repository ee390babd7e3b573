package dev.rollouts.api.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The duration syntax of Kubernetes' YAML: {@code 90s}, {@code 1h30m}, {@code 1.5h}, {@code 250ms},
 * {@code 0}. Units are {@code ns us µs ms s m h}; there is no day. Source:
 * docs/spec/analysis-api.md#durations.
 */
public final class GoDuration {
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final int LENGTH_MAX = 256;

  private GoDuration() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException with a message such as {@code time: missing unit in duration
   *     "5"}
   */
  public static Duration parse(String text) {
    if (text.length() > LENGTH_MAX) {
      throw invalid(text.substring(0, 32) + "…");
    }
    int at = 0;
    boolean negative = false;
    if (!text.isEmpty() && (text.charAt(0) == '+' || text.charAt(0) == '-')) {
      negative = text.charAt(0) == '-';
      at = 1;
    }
    if (text.substring(at).equals("0")) {
      return Duration.ZERO;
    }
    if (at == text.length()) {
      throw invalid(text);
    }
    BigInteger total = BigInteger.ZERO;
    while (at < text.length()) {
      int start = at;
      at = skip(text, at, true);
      String number = text.substring(start, at);
      if (number.isEmpty()
          || number.equals(".")
          || number.indexOf('.') != number.lastIndexOf('.')) {
        throw invalid(text);
      }
      int unitStart = at;
      at = skip(text, at, false);
      String unit = text.substring(unitStart, at);
      if (unit.isEmpty()) {
        throw new IllegalArgumentException("time: missing unit in duration " + quote(text));
      }
      Long nanos = NANOS.get(unit);
      if (nanos == null) {
        throw new IllegalArgumentException(
            "time: unknown unit " + quote(unit) + " in duration " + quote(text));
      }
      total = total.add(new BigDecimal(number).multiply(BigDecimal.valueOf(nanos)).toBigInteger());
      if (total.compareTo(MAX) > 0) {
        throw invalid(text);
      }
    }
    return Duration.ofNanos((negative ? total.negate() : total).longValueExact());
  }

  /** Reads a duration, or nothing when the text is none. */
  public static Optional<Duration> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /**
   * Writes a duration so that {@link #parse} reads it back: {@code 1h30m}, {@code 1.5s}, {@code
   * 0s}.
   */
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    Duration rest = duration.abs();
    StringBuilder text = new StringBuilder(duration.isNegative() ? "-" : "");
    if (rest.toHours() > 0) {
      text.append(rest.toHours()).append('h');
    }
    if (rest.toMinutesPart() > 0) {
      text.append(rest.toMinutesPart()).append('m');
    }
    if (rest.toSecondsPart() > 0 || rest.toNanosPart() > 0) {
      BigDecimal seconds =
          BigDecimal.valueOf(rest.toSecondsPart()).add(BigDecimal.valueOf(rest.toNanosPart(), 9));
      text.append(seconds.stripTrailingZeros().toPlainString()).append('s');
    }
    return text.toString();
  }

  private static int skip(String text, int from, boolean number) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean partOfNumber = (c >= '0' && c <= '9') || c == '.';
      if (partOfNumber != number) {
        break;
      }
      at++;
    }
    return at;
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException("time: invalid duration " + quote(text));
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
