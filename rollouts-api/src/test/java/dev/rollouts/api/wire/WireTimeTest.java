package dev.rollouts.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTimeTest {
  @Test
  void everyTimeIsTheOneThatTheLibraryReads() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      String text =
          Instant.ofEpochSecond(random.nextLong(-62_000_000_000L, 253_402_300_799L)).toString();
      assertThat(WireTime.parse(text)).isEqualTo(OffsetDateTime.parse(text).toInstant());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-05-01T10:00:00.999Z",
        "2026-05-01T12:00:00+02:00",
        "2026-05-01T10:00Z",
        "2024-02-29T23:59:59Z",
      })
  void zonesAndFractionsAreRead(String text) {
    assertThat(WireTime.parse(text))
        .isEqualTo(OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.SECONDS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-02-29T10:00:00Z",
        "2026-13-01T10:00:00Z",
        "2026-05-01T24:00:00Z",
        "2026-05-01T10:60:00Z",
        "2026-05-01 10:00:00Z",
        "2026-05-01T10:00:0٣Z",
        "yesterday",
        "",
      })
  void anythingElseIsRefusedWithItsText(String text) {
    assertThatThrownBy(() -> WireTime.parse(text))
        .isInstanceOf(DateTimeParseException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
