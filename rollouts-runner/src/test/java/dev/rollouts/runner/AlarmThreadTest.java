package dev.rollouts.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlarmThreadTest {
  private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final AlarmThread alarm = new AlarmThread(new SetClock(now));
  private final BlockingQueue<String> rung = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    alarm.close();
  }

  @Test
  void ringsInTheOrderOfTime() throws Exception {
    alarm.at(NOON.plusSeconds(20), () -> rung.add("second"));
    alarm.at(NOON.plusSeconds(20), () -> rung.add("third"));
    alarm.at(NOON.plusSeconds(10), () -> rung.add("first"));
    alarm.at(NOON.plusSeconds(15), () -> rung.add("never")).cancel();

    now.set(NOON.plusSeconds(20));
    alarm.at(NOON, () -> rung.add("at once"));

    // The clock may be looked at between the two lines above.
    List<String> order = List.of(rung.take(), rung.take(), rung.take(), rung.take());
    assertThat(order).contains("at once").containsSubsequence("first", "second", "third");
    assertThat(rung).isEmpty();
  }

  @Test
  void noticesThatTheClockWasSetForward() throws Exception {
    alarm.at(NOON.plus(Duration.ofHours(1)), () -> rung.add("an hour later"));

    now.set(NOON.plus(Duration.ofHours(1)));

    assertThat(rung.take()).isEqualTo("an hour later");
  }

  @Test
  void ringsAfterASpanWhateverTheClockSays() throws Exception {
    now.set(NOON.minus(Duration.ofDays(1)));

    alarm.after(Duration.ofMillis(5), () -> rung.add("elapsed"));

    assertThat(rung.take()).isEqualTo("elapsed");
  }

  @Test
  void aSpanBeyondAllMeaningIsJustLong() {
    alarm.after(Duration.ofSeconds(Long.MAX_VALUE), () -> rung.add("never"));

    assertThat(rung).isEmpty();
  }

  /** A clock that the test sets. */
  private static final class SetClock extends Clock {
    private final AtomicReference<Instant> now;

    SetClock(AtomicReference<Instant> now) {
      this.now = now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now.get();
    }
  }
}
