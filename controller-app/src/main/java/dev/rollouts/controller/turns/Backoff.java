package dev.rollouts.controller.turns;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long to wait after failures in a row, per object: 5 ms, doubled up to 10 s.
 * Thread-safe.
 */
public final class Backoff {
  private static final long FIRST_MILLIS = 5;
  private static final long LONGEST_MILLIS = 10_000;
  private static final int DOUBLINGS_MAX = 11;

  private final Map<String, Integer> failures = new ConcurrentHashMap<>();

  /** Another failure; how long to wait now. */
  public Duration failed(String uid) {
    int before = failures.merge(uid, 1, Integer::sum) - 1;
    long millis = FIRST_MILLIS << Math.min(before, DOUBLINGS_MAX);
    return Duration.ofMillis(Math.min(millis, LONGEST_MILLIS));
  }

  /** It worked. */
  public void worked(String uid) {
    failures.remove(uid);
  }
}
