package dev.rollouts.engine.condition;

import dev.rollouts.api.wire.GoDuration;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Times, durations and time zones, with Go's rules and spellings. */
final class Times {
  static final Layout RFC3339_NANO = Layout.of("2006-01-02T15:04:05.999999999Z07:00");

  /** Go's zero time. */
  static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

  private static final Layout DEFAULT = Layout.of("2006-01-02 15:04:05.999999999 -0700 MST");

  /** What {@code date(text)} tries, in this order. */
  private static final List<Layout> COMMON =
      List.of(
          Layout.of("2006-01-02"),
          Layout.of("15:04:05"),
          Layout.of("2006-01-02 15:04:05"),
          Layout.of("2006-01-02T15:04:05Z07:00"),
          Layout.of("02 Jan 06 15:04 MST"),
          Layout.of("Monday, 02-Jan-06 15:04:05 MST"),
          Layout.of("Mon, 02 Jan 2006 15:04:05 MST"));

  private static final DateTimeFormatter ABBREVIATION =
      DateTimeFormatter.ofPattern("zzz", Locale.US);

  private static final int ZONE_NAME_LIMIT = 64;

  /** Names that are zones to everyone else but not to Java. */
  private static final Map<String, ZoneId> MORE_ZONES =
      Map.of(
          "EST", ZoneOffset.ofHours(-5),
          "MST", ZoneOffset.ofHours(-7),
          "HST", ZoneOffset.ofHours(-10));

  private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000);
  private static final long SECONDS_FROM_YEAR_1_TO_EPOCH = 62_135_596_800L;

  private Times() {}

  /** Nanoseconds; a duration beyond 64 bits is the longest there is. */
  static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException tooLong) {
      return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  static Duration parseDuration(String text) {
    try {
      return GoDuration.parse(text);
    } catch (IllegalArgumentException malformed) {
      throw Fault.run(String.valueOf(malformed.getMessage()));
    }
  }

  /** Looks the name up among the zones that Java brings along; nothing is read from a disk. */
  static ZoneId zone(String name) {
    // "Local" would be the machine's zone, which is none of a condition's business.
    if (name.isEmpty() || name.equals("UTC") || name.equals("Local")) {
      return ZoneOffset.UTC;
    }
    ZoneId more = MORE_ZONES.get(name);
    if (more != null) {
      return more;
    }
    if (name.length() > ZONE_NAME_LIMIT || !ZoneId.getAvailableZoneIds().contains(name)) {
      throw Fault.run("unknown time zone " + Fault.excerpt(name));
    }
    return ZoneId.of(name);
  }

  static String name(ZoneId zone) {
    if (zone.equals(ZoneOffset.UTC)) {
      return "UTC";
    }
    return zone instanceof ZoneOffset ? "" : zone.getId();
  }

  static String name(DayOfWeek day) {
    return capitalized(day);
  }

  static String name(Month month) {
    return capitalized(month);
  }

  private static String capitalized(Enum<?> name) {
    return name.name().charAt(0) + name.name().substring(1).toLowerCase(Locale.ROOT);
  }

  static ZonedDateTime parse(String text) {
    for (Layout layout : COMMON) {
      try {
        return layout.parse(text, ZoneOffset.UTC);
      } catch (Fault another) {
        // The next layout may fit.
      }
    }
    throw Fault.run("invalid date " + Fault.excerpt(text));
  }

  static ZonedDateTime plus(ZonedDateTime time, Duration duration) {
    try {
      return time.plus(duration);
    } catch (DateTimeException outOfRange) {
      throw outOfRange();
    }
  }

  private static Fault outOfRange() {
    return Fault.run("time out of range");
  }

  static ZonedDateTime plusDate(ZonedDateTime time, long years, long months, long days) {
    try {
      // Overflowing days run on into the next month: January 31st plus a month is March 2nd or 3rd.
      int day = time.getDayOfMonth();
      return time.withDayOfMonth(1).plusYears(years).plusMonths(months).plusDays(days + day - 1);
    } catch (DateTimeException | ArithmeticException tooFar) {
      throw outOfRange();
    }
  }

  /** From one time to the other; saturates. */
  static Duration between(ZonedDateTime from, ZonedDateTime to) {
    return Duration.ofNanos(nanos(Duration.between(from, to)));
  }

  /** Nanoseconds since 1970, wrapped to 64 bits. */
  static long unixNanos(ZonedDateTime time) {
    return time.toEpochSecond() * 1_000_000_000 + time.getNano();
  }

  static long unixMicros(ZonedDateTime time) {
    return time.toEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }

  static long unixMillis(ZonedDateTime time) {
    return time.toEpochSecond() * 1_000 + time.getNano() / 1_000_000;
  }

  /**
   * Down to a multiple of {@code step}, counted from the year 1; the time itself if the step is not
   * positive.
   */
  static ZonedDateTime truncate(ZonedDateTime time, Duration step) {
    return step.isNegative() || step.isZero() ? time : plus(time, rest(time, step).negated());
  }

  /** To the nearest multiple of {@code step}; halves go up. */
  static ZonedDateTime round(ZonedDateTime time, Duration step) {
    if (step.isNegative() || step.isZero()) {
      return time;
    }
    Duration rest = rest(time, step);
    boolean down = rest.compareTo(step.minus(rest)) < 0;
    return plus(time, down ? rest.negated() : step.minus(rest));
  }

  private static Duration rest(ZonedDateTime time, Duration step) {
    BigInteger nanos =
        BigInteger.valueOf(time.toEpochSecond())
            .add(BigInteger.valueOf(SECONDS_FROM_YEAR_1_TO_EPOCH))
            .multiply(NANOS_PER_SECOND)
            .add(BigInteger.valueOf(time.getNano()));
    return Duration.ofNanos(nanos.mod(BigInteger.valueOf(step.toNanos())).longValueExact());
  }

  static Duration truncate(Duration duration, Duration step) {
    long nanos = step.toNanos();
    return nanos <= 0 ? duration : Duration.ofNanos(duration.toNanos() / nanos * nanos);
  }

  /** To the nearest multiple of {@code step}; halves go away from zero; saturates. */
  static Duration round(Duration duration, Duration step) {
    long nanos = step.toNanos();
    if (nanos <= 0) {
      return duration;
    }
    BigDecimal steps =
        BigDecimal.valueOf(duration.toNanos())
            .divide(BigDecimal.valueOf(nanos), 0, RoundingMode.HALF_UP);
    BigInteger rounded = steps.toBigInteger().multiply(BigInteger.valueOf(nanos));
    return Duration.ofNanos(
        rounded.bitLength() < Long.SIZE
            ? rounded.longValueExact()
            : rounded.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
  }

  /** {@code 2024-01-02 15:04:05 +0000 UTC}. */
  static String text(ZonedDateTime time) {
    return DEFAULT.format(time);
  }

  /** {@code CET}, {@code UTC}; an offset where the zone has no such name. */
  static String abbreviation(ZonedDateTime time) {
    if (time.getZone().equals(ZoneOffset.UTC)) {
      return "UTC";
    }
    if (time.getZone() instanceof ZoneOffset) {
      return Layout.offset(time.getOffset(), "", false, false);
    }
    String name = ABBREVIATION.format(time);
    boolean plain = name.chars().allMatch(c -> c >= 'A' && c <= 'Z');
    return plain ? name : Layout.offset(time.getOffset(), "", true, false);
  }

  /** {@code 1h30m0s}, {@code 1.5ms}, {@code 0s}. */
  static String text(Duration duration) {
    long nanos = duration.toNanos();
    BigDecimal value = BigDecimal.valueOf(nanos).abs();
    String sign = nanos < 0 ? "-" : "";
    if (nanos == 0) {
      return "0s";
    }
    if (value.compareTo(BigDecimal.valueOf(1_000_000_000)) < 0) {
      boolean isNanos = value.compareTo(BigDecimal.valueOf(1_000)) < 0;
      boolean isMicros = value.compareTo(BigDecimal.valueOf(1_000_000)) < 0;
      return sign
          + plain(value.movePointLeft(isNanos ? 0 : isMicros ? 3 : 6))
          + (isNanos ? "ns" : isMicros ? "µs" : "ms");
    }
    BigDecimal[] minutes = value.movePointLeft(9).divideAndRemainder(BigDecimal.valueOf(60));
    long hours = minutes[0].longValue() / 60;
    StringBuilder text = new StringBuilder(sign);
    if (hours > 0) {
      text.append(hours).append('h');
    }
    if (minutes[0].signum() > 0) {
      text.append(minutes[0].longValue() % 60).append('m');
    }
    return text.append(plain(minutes[1])).append('s').toString();
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
