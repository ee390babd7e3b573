package dev.rollouts.controller.turns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  @DisplayName(
      "O-006, R-521 Failures in a row wait twice as long each time, up to 10 s, for one object")
  void doubles() {
    Backoff backoff = new Backoff();
    List<Long> waits =
        Stream.generate(() -> backoff.failed("a")).limit(14).map(Duration::toMillis).toList();
    assertThat(waits)
        .containsExactly(
            5L, 10L, 20L, 40L, 80L, 160L, 320L, 640L, 1280L, 2560L, 5120L, 10_000L, 10_000L,
            10_000L);
    assertThat(backoff.failed("b")).isEqualTo(Duration.ofMillis(5));
    backoff.worked("a");
    assertThat(backoff.failed("a")).isEqualTo(Duration.ofMillis(5));
  }
}
