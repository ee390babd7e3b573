package dev.rollouts.engine.condition;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layout of Go: the time 2006-01-02 15:04:05 -0700 MST, written the way that times are read and
 * written with it.
 *
 * <p>Source: the documentation of Go's package {@code time}.
 */
final class Layout {
  private static final int LENGTH_LIMIT = 512;

  /** Longer spellings come before those that they begin with. */
  private enum Field {
    LONG_MONTH("January"),
    MONTH("Jan"),
    LONG_WEEKDAY("Monday"),
    WEEKDAY("Mon"),
    ZONE_NAME("MST"),
    ZERO_YEAR_DAY("002"),
    ZERO_MONTH("01"),
    ZERO_DAY("02"),
    ZERO_HOUR_12("03"),
    ZERO_MINUTE("04"),
    ZERO_SECOND("05"),
    YEAR_2("06"),
    HOUR("15"),
    NUMBER_MONTH("1"),
    YEAR("2006"),
    DAY("2"),
    SPACE_YEAR_DAY("__2"),
    SPACE_DAY("_2"),
    HOUR_12("3"),
    MINUTE("4"),
    SECOND("5"),
    UPPER_HALF("PM"),
    LOWER_HALF("pm"),
    ZULU_COLON_SECONDS("Z07:00:00"),
    ZULU_SECONDS("Z070000"),
    ZULU_COLON("Z07:00"),
    ZULU("Z0700"),
    ZULU_HOURS("Z07"),
    OFFSET_COLON_SECONDS("-07:00:00"),
    OFFSET_SECONDS("-070000"),
    OFFSET_COLON("-07:00"),
    OFFSET("-0700"),
    OFFSET_HOURS("-07"),
    /** Not spelled out: a dot or comma before zeros or nines. */
    FRACTION(""),
    /** Not spelled out: text that stands for itself. */
    LITERAL("");

    private final String spelling;

    Field(String spelling) {
      this.spelling = spelling;
    }

    boolean isZulu() {
      return spelling.startsWith("Z");
    }
  }

  private record Part(Field field, String text) {}

  private final String text;
  private final List<Part> parts;

  private Layout(String text, List<Part> parts) {
    this.text = text;
    this.parts = parts;
  }

  static Layout of(String text) {
    if (text.length() > LENGTH_LIMIT) {
      throw Fault.run("time layout too long: at most %d characters".formatted(LENGTH_LIMIT));
    }
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      Part part = fieldAt(text, at);
      if (part == null) {
        literal.append(text.charAt(at));
        at++;
        continue;
      }
      if (!literal.isEmpty()) {
        parts.add(new Part(Field.LITERAL, literal.toString()));
        literal.setLength(0);
      }
      parts.add(part);
      at += part.text().length();
    }
    if (!literal.isEmpty()) {
      parts.add(new Part(Field.LITERAL, literal.toString()));
    }
    return new Layout(text, List.copyOf(parts));
  }

  private static @Nullable Part fieldAt(String text, int at) {
    char c = text.charAt(at);
    if (c == '.' || c == ',') {
      return fraction(text, at);
    }
    for (Field field : Field.values()) {
      if (field.spelling.isEmpty() || !text.startsWith(field.spelling, at)) {
        continue;
      }
      int end = at + field.spelling.length();
      boolean word = field == Field.MONTH || field == Field.WEEKDAY;
      boolean runsOn = end < text.length() && text.charAt(end) >= 'a' && text.charAt(end) <= 'z';
      if ((word && runsOn) || (field == Field.SPACE_DAY && text.startsWith("2006", at + 1))) {
        continue;
      }
      return new Part(field, field.spelling);
    }
    return null;
  }

  private static @Nullable Part fraction(String text, int at) {
    int end = at + 1;
    if (end == text.length() || (text.charAt(end) != '0' && text.charAt(end) != '9')) {
      return null;
    }
    char digit = text.charAt(end);
    while (end < text.length() && text.charAt(end) == digit) {
      end++;
    }
    boolean runsOn = end < text.length() && isDigit(text.charAt(end));
    return runsOn ? null : new Part(Field.FRACTION, text.substring(at, end));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  String format(ZonedDateTime time) {
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      format(part, time, out);
    }
    return out.toString();
  }

  private static void format(Part part, ZonedDateTime time, StringBuilder out) {
    int hour12 = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
    switch (part.field()) {
      case LITERAL -> out.append(part.text());
      case YEAR ->
          out.append(time.getYear() < 0 ? "-" : "").append(padded(Math.abs(time.getYear()), 4));
      case YEAR_2 -> out.append(padded(Math.abs(time.getYear() % 100), 2));
      case LONG_MONTH -> out.append(Times.name(time.getMonth()));
      case MONTH -> out.append(Times.name(time.getMonth()), 0, 3);
      case NUMBER_MONTH -> out.append(time.getMonthValue());
      case ZERO_MONTH -> out.append(padded(time.getMonthValue(), 2));
      case LONG_WEEKDAY -> out.append(Times.name(time.getDayOfWeek()));
      case WEEKDAY -> out.append(Times.name(time.getDayOfWeek()), 0, 3);
      case DAY -> out.append(time.getDayOfMonth());
      case SPACE_DAY -> out.append(spaced(time.getDayOfMonth(), 2));
      case ZERO_DAY -> out.append(padded(time.getDayOfMonth(), 2));
      case SPACE_YEAR_DAY -> out.append(spaced(time.getDayOfYear(), 3));
      case ZERO_YEAR_DAY -> out.append(padded(time.getDayOfYear(), 3));
      case HOUR -> out.append(padded(time.getHour(), 2));
      case HOUR_12 -> out.append(hour12);
      case ZERO_HOUR_12 -> out.append(padded(hour12, 2));
      case MINUTE -> out.append(time.getMinute());
      case ZERO_MINUTE -> out.append(padded(time.getMinute(), 2));
      case SECOND -> out.append(time.getSecond());
      case ZERO_SECOND -> out.append(padded(time.getSecond(), 2));
      case UPPER_HALF -> out.append(time.getHour() < 12 ? "AM" : "PM");
      case LOWER_HALF -> out.append(time.getHour() < 12 ? "am" : "pm");
      case ZONE_NAME -> out.append(Times.abbreviation(time));
      case FRACTION -> out.append(fractionText(part.text(), time.getNano()));
      default -> {
        boolean zulu = part.field().isZulu() && time.getOffset().getTotalSeconds() == 0;
        String spelling = part.text();
        out.append(
            zulu
                ? "Z"
                : offset(
                    time.getOffset(),
                    spelling.indexOf(':') > 0 ? ":" : "",
                    spelling.length() == 3,
                    spelling.length() > 6));
      }
    }
  }

  static String offset(ZoneOffset offset, String separator, boolean hoursOnly, boolean seconds) {
    int total = Math.abs(offset.getTotalSeconds());
    String minutes = separator + padded(total / 60 % 60, 2);
    return (offset.getTotalSeconds() < 0 ? "-" : "+")
        + padded(total / 3600, 2)
        + (hoursOnly ? "" : minutes)
        + (seconds ? separator + padded(total % 60, 2) : "");
  }

  private static String padded(int number, int width) {
    return "0".repeat(Math.max(0, width - String.valueOf(number).length())) + number;
  }

  private static String spaced(int number, int width) {
    return " ".repeat(Math.max(0, width - String.valueOf(number).length())) + number;
  }

  /** Zeros ask for that many digits, nines for at most that many without trailing zeros. */
  private static String fractionText(String spelling, int nanos) {
    String digits = padded(nanos, 9).substring(0, Math.min(9, spelling.length() - 1));
    if (spelling.charAt(1) == '0') {
      return spelling.charAt(0) + digits;
    }
    int end = digits.length();
    while (end > 0 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return end == 0 ? "" : spelling.charAt(0) + digits.substring(0, end);
  }

  /**
   * The time that {@code value} stands for; where it names neither offset nor zone, in {@code
   * zone}.
   */
  ZonedDateTime parse(String value, ZoneId zone) {
    return new Reading(value).read(zone);
  }

  /** Reading one text from left to right. */
  private final class Reading {
    private final String value;
    private int at;
    private int year;
    private int month = -1;
    private int day = -1;
    private int dayOfYear = -1;
    private int hour;
    private int minute;
    private int second;
    private int nanos;
    private boolean afternoon;
    private boolean morning;
    private @Nullable ZoneOffset offset;
    private @Nullable String zoneName;

    Reading(String value) {
      this.value = value;
    }

    ZonedDateTime read(ZoneId zone) {
      for (int i = 0; i < parts.size(); i++) {
        boolean beforeFraction = i + 1 < parts.size() && parts.get(i + 1).field() == Field.FRACTION;
        read(parts.get(i), beforeFraction);
      }
      if (at < value.length()) {
        throw Fault.run(
            "parsing time \"%s\": extra text: \"%s\""
                .formatted(Fault.excerpt(value), Fault.excerpt(value.substring(at))));
      }
      if (afternoon && hour < 12) {
        hour += 12;
      } else if (morning && hour == 12) {
        hour = 0;
      }
      LocalDateTime local = LocalDateTime.of(date(), LocalTime.of(hour, minute, second, nanos));
      return zoned(local, zone);
    }

    private LocalDate date() {
      try {
        if (dayOfYear < 0) {
          return LocalDate.of(year, month < 0 ? 1 : month, day < 0 ? 1 : day);
        }
        LocalDate date = LocalDate.ofYearDay(year, dayOfYear);
        if ((month >= 0 && month != date.getMonthValue())
            || (day >= 0 && day != date.getDayOfMonth())) {
          throw outOfRange("day-of-year does not match day");
        }
        return date;
      } catch (DateTimeException noSuchDay) {
        throw outOfRange(dayOfYear < 0 ? "day out of range" : "day-of-year out of range");
      }
    }

    private ZonedDateTime zoned(LocalDateTime local, ZoneId zone) {
      // Of the two times that a clock set back shows twice, the second.
      ZonedDateTime inZone = local.atZone(zone).withLaterOffsetAtOverlap();
      if (offset != null) {
        return inZone.getOffset().equals(offset) ? inZone : local.atZone(offset);
      }
      // A name that the zone does not know says nothing about the offset.
      boolean known = zoneName == null || zoneName.equals(Times.abbreviation(inZone));
      return known ? inZone : local.atZone(ZoneOffset.UTC);
    }

    private void read(Part part, boolean beforeFraction) {
      int start = at;
      switch (part.field()) {
        case LITERAL -> literal(part.text());
        case YEAR -> year = digits(part, 4, 4);
        case YEAR_2 -> {
          int shortYear = digits(part, 2, 2);
          year = shortYear + (shortYear >= 69 ? 1900 : 2000);
        }
        case LONG_MONTH -> month = monthNamed(part, false);
        case MONTH -> month = monthNamed(part, true);
        case NUMBER_MONTH -> month = inRange(digits(part, 1, 2), 1, 12, "month");
        case ZERO_MONTH -> month = inRange(digits(part, 2, 2), 1, 12, "month");
        case LONG_WEEKDAY -> weekday(part, false);
        case WEEKDAY -> weekday(part, true);
        case SPACE_DAY -> {
          skipSpaces(1);
          day = digits(part, 1, 2);
        }
        case DAY -> day = digits(part, 1, 2);
        case ZERO_DAY -> day = digits(part, 2, 2);
        case SPACE_YEAR_DAY -> {
          skipSpaces(2);
          dayOfYear = digits(part, 3 - (at - start), 3 - (at - start));
        }
        case ZERO_YEAR_DAY -> dayOfYear = digits(part, 3, 3);
        case HOUR -> hour = inRange(digits(part, 1, 2), 0, 23, "hour");
        case HOUR_12 -> hour = inRange(digits(part, 1, 2), 0, 12, "hour");
        case ZERO_HOUR_12 -> hour = inRange(digits(part, 2, 2), 0, 12, "hour");
        case MINUTE -> minute = inRange(digits(part, 1, 2), 0, 59, "minute");
        case ZERO_MINUTE -> minute = inRange(digits(part, 2, 2), 0, 59, "minute");
        case SECOND, ZERO_SECOND -> {
          second = inRange(digits(part, part.text().length(), 2), 0, 59, "second");
          if (!beforeFraction && hasFraction()) {
            nanos = fractionDigits(Integer.MAX_VALUE);
          }
        }
        case UPPER_HALF -> half(part, "AM", "PM");
        case LOWER_HALF -> half(part, "am", "pm");
        case ZONE_NAME -> zoneName(part);
        case FRACTION -> fraction(part);
        default -> offset(part);
      }
    }

    /** A run of blanks fits any run of blanks. */
    private void literal(String text) {
      int i = 0;
      while (i < text.length()) {
        if (text.charAt(i) == ' ') {
          if (at < value.length() && value.charAt(at) != ' ') {
            throw cannotParse(text);
          }
          while (i < text.length() && text.charAt(i) == ' ') {
            i++;
          }
          skipSpaces(Integer.MAX_VALUE);
        } else if (at < value.length() && value.charAt(at) == text.charAt(i)) {
          at++;
          i++;
        } else {
          throw cannotParse(text);
        }
      }
    }

    private void skipSpaces(int atMost) {
      int skipped = 0;
      while (skipped < atMost && at < value.length() && value.charAt(at) == ' ') {
        at++;
        skipped++;
      }
    }

    private int digits(Part part, int atLeast, int atMost) {
      int start = at;
      int number = 0;
      while (at - start < atMost && at < value.length() && isDigit(value.charAt(at))) {
        number = number * 10 + value.charAt(at) - '0';
        at++;
      }
      if (at - start < atLeast) {
        at = start;
        throw cannotParse(part.text());
      }
      return number;
    }

    private int inRange(int number, int low, int high, String name) {
      if (number < low || number > high) {
        throw outOfRange(name + " out of range");
      }
      return number;
    }

    private int monthNamed(Part part, boolean abbreviated) {
      for (Month candidate : Month.values()) {
        if (startsWith(Times.name(candidate), abbreviated)) {
          return candidate.getValue();
        }
      }
      throw cannotParse(part.text());
    }

    private void weekday(Part part, boolean abbreviated) {
      for (DayOfWeek candidate : DayOfWeek.values()) {
        if (startsWith(Times.name(candidate), abbreviated)) {
          return;
        }
      }
      throw cannotParse(part.text());
    }

    private boolean startsWith(String name, boolean abbreviated) {
      int length = abbreviated ? 3 : name.length();
      if (!value.regionMatches(true, at, name, 0, length)) {
        return false;
      }
      at += length;
      return true;
    }

    private void half(Part part, String am, String pm) {
      morning = value.startsWith(am, at);
      afternoon = value.startsWith(pm, at);
      if (!morning && !afternoon) {
        throw cannotParse(part.text());
      }
      at += 2;
    }

    private boolean hasFraction() {
      return at + 1 < value.length()
          && (value.charAt(at) == '.' || value.charAt(at) == ',')
          && isDigit(value.charAt(at + 1));
    }

    private void fraction(Part part) {
      boolean exact = part.text().charAt(1) == '0';
      if (!hasFraction()) {
        if (exact) {
          throw cannotParse(part.text());
        }
        return;
      }
      int start = at;
      nanos = fractionDigits(exact ? part.text().length() - 1 : Integer.MAX_VALUE);
      if (exact && at - start != part.text().length()) {
        at = start;
        throw cannotParse(part.text());
      }
    }

    /** Nanoseconds; digits beyond the ninth are dropped. */
    private int fractionDigits(int atMost) {
      at++;
      int start = at;
      int number = 0;
      while (at - start < atMost && at < value.length() && isDigit(value.charAt(at))) {
        if (at - start < 9) {
          number = number * 10 + value.charAt(at) - '0';
        }
        at++;
      }
      for (int i = at - start; i < 9; i++) {
        number *= 10;
      }
      return number;
    }

    private void offset(Part part) {
      if (part.field().isZulu() && value.startsWith("Z", at)) {
        at++;
        offset = ZoneOffset.UTC;
        return;
      }
      boolean negative = value.startsWith("-", at);
      if (!negative && !value.startsWith("+", at)) {
        throw cannotParse(part.text());
      }
      at++;
      boolean colons = part.text().indexOf(':') > 0;
      int hours = inRange(digits(part, 2, 2), 0, 18, "time zone offset hour");
      int minutes = 0;
      int seconds = 0;
      if (part.text().length() > 3) {
        colon(part, colons);
        minutes = inRange(digits(part, 2, 2), 0, 59, "time zone offset minute");
      }
      if (part.text().length() > 6) {
        colon(part, colons);
        seconds = inRange(digits(part, 2, 2), 0, 59, "time zone offset second");
      }
      int total = inRange(hours * 3600 + minutes * 60 + seconds, 0, 18 * 3600, "time zone offset");
      offset = ZoneOffset.ofTotalSeconds(negative ? -total : total);
    }

    private void colon(Part part, boolean expected) {
      if (!expected) {
        return;
      }
      if (!value.startsWith(":", at)) {
        throw cannotParse(part.text());
      }
      at++;
    }

    private void zoneName(Part part) {
      if (value.startsWith("UTC", at)) {
        at += 3;
        offset = ZoneOffset.UTC;
        return;
      }
      int end = at;
      while (end < value.length() && value.charAt(end) >= 'A' && value.charAt(end) <= 'Z') {
        end++;
      }
      if (end - at < 3 || end - at > 5) {
        throw cannotParse(part.text());
      }
      String name = value.substring(at, end);
      int sign = end;
      if (name.equals("GMT")
          && end < value.length()
          && (value.charAt(end) == '+' || value.charAt(end) == '-')) {
        end++;
        while (end < value.length() && isDigit(value.charAt(end)) && end - sign < 3) {
          end++;
        }
        if (end - sign == 1 || Math.abs(Integer.parseInt(value.substring(sign, end))) > 18) {
          end = sign;
        }
      }
      zoneName = value.substring(at, end);
      at = end;
    }

    private Fault cannotParse(String element) {
      return Fault.run(
          "parsing time \"%s\" as \"%s\": cannot parse \"%s\" as \"%s\""
              .formatted(
                  Fault.excerpt(value),
                  Fault.excerpt(text),
                  Fault.excerpt(value.substring(at)),
                  Fault.excerpt(element)));
    }

    private Fault outOfRange(String what) {
      return Fault.run("parsing time \"%s\": %s".formatted(Fault.excerpt(value), what));
    }
  }
}
