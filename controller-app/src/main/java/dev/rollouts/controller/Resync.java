package dev.rollouts.controller;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has everything looked at again from time to time, whatever the watches told (O-010). */
final class Resync implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Resync.class);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "rollouts-resync");
            made.setDaemon(true);
            return made;
          });

  /** From now on; with zero never. */
  @SuppressWarnings("FutureReturnValueIgnored") // it ends with its timer, and catches everything
  void start(Duration every, Runnable look) {
    if (!every.isZero()) {
      timer.scheduleWithFixedDelay(
          () -> quietly(look), every.toMillis(), every.toMillis(), MILLISECONDS);
    }
  }

  private static void quietly(Runnable look) {
    try {
      look.run();
    } catch (RuntimeException e) { // or it would never be done again
      LOG.error("not everything is looked at again", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
