package dev.rollouts.runner;

import java.time.Duration;
import java.time.Instant;

/** Calls back when it is time. */
interface Alarm extends AutoCloseable {
  /**
   * Calls back once the clock shows {@code when} or later; a clock that is set is noticed within a
   * second.
   */
  Cancellation at(Instant when, Runnable action);

  /** Calls back after this much time has passed, whatever happens to the clock. */
  Cancellation after(Duration wait, Runnable action);

  /** Forgets everything. */
  @Override
  void close();

  /** Takes a call back back; afterwards, or after it was made, doing so is without effect. */
  interface Cancellation {
    void cancel();
  }
}
