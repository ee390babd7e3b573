package dev.rollouts.engine.explain.text;

import dev.rollouts.api.wire.GoDuration;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Names, texts, times and tallies as sentences need them. */
public final class Words {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final int QUOTED_MAX = 300;

  /** From here on, hours and minutes say less than days. */
  private static final long DAYS_FROM = 2 * 86_400;

  private Words() {}

  /**
   * A text from outside on one line: control and direction characters escaped, at most 300
   * characters.
   */
  public static String shown(String text) {
    String bounded = text.strip();
    boolean cut = bounded.length() > QUOTED_MAX;
    if (cut) {
      bounded = bounded.substring(0, QUOTED_MAX - 1);
    }
    StringBuilder out = new StringBuilder();
    bounded
        .codePoints()
        .forEach(
            c -> {
              if (c == '\n') {
                out.append("\\n");
              } else if (c == '\t') {
                out.append(' ');
              } else if (isHidden(c)) {
                out.append(c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return cut ? out + "…" : out.toString();
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }

  /** {@code "name"}. */
  public static String quoted(String text) {
    return '"' + shown(text) + '"';
  }

  /** {@code 10:04:12}, with the date when it is another day than that of {@code near}. */
  public static String time(Instant instant, Instant near) {
    return day(instant).equals(day(near))
        ? TIME.format(instant)
        : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static LocalDate day(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }

  /** {@code 1h30m}, whole seconds. */
  public static String span(Duration duration) {
    return GoDuration.format(Duration.ofSeconds(duration.abs().toSeconds()));
  }

  /** {@code in 12s}, {@code now}, {@code 3m ago}, {@code 206 days ago}. */
  public static String away(Instant instant, Instant now) {
    long seconds = Duration.between(now, instant).toSeconds();
    if (seconds == 0) {
      return "now";
    }
    String span =
        Math.abs(seconds) >= DAYS_FROM
            ? many((int) Math.abs(seconds / 86_400), "day")
            : span(Duration.ofSeconds(seconds));
    return seconds > 0 ? "in " + span : span + " ago";
  }

  /** {@code 1 measurement}, {@code 3 measurements}, {@code 2 successes}. */
  public static String many(int count, String one) {
    return count + " " + (count == 1 ? one : one.endsWith("s") ? one + "es" : one + "s");
  }
}
