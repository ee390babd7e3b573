package dev.rollouts.api.wire;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/** Times as Kubernetes writes them (RFC 3339), in whole seconds. */
final class WireTime {
  private static final String USUAL = "0000-00-00T00:00:00Z";

  private WireTime() {}

  /**
   * A time; what is below a second is dropped.
   *
   * @throws DateTimeParseException of anything else
   */
  static Instant parse(String text) {
    if (isUsual(text)) {
      try {
        return LocalDateTime.of(
                two(text, 0) * 100 + two(text, 2),
                two(text, 5),
                two(text, 8),
                two(text, 11),
                two(text, 14),
                two(text, 17))
            .toInstant(ZoneOffset.UTC);
      } catch (DateTimeException noSuchDay) {
        // The parser below says it with the text.
      }
    }
    return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Nearly every time is, and reading those here takes a fraction of what the parser takes. */
  private static boolean isUsual(String text) {
    if (text.length() != USUAL.length()) {
      return false;
    }
    for (int i = 0; i < USUAL.length(); i++) {
      char wanted = USUAL.charAt(i);
      char found = text.charAt(i);
      if (wanted == '0' ? found < '0' || found > '9' : found != wanted) {
        return false;
      }
    }
    return true;
  }

  private static int two(String text, int at) {
    return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
  }
}
