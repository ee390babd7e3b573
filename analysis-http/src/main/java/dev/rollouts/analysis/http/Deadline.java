package dev.rollouts.analysis.http;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The moment on the monotonic clock by which an answer must be complete, however many requests it
 * takes. Immutable.
 */
public final class Deadline {
  /** Longest limit; also what a longer one means. */
  private static final Duration LIMIT_MAX = Duration.ofDays(1);

  private final Duration limit;
  private final String field;
  private final long endNanos;

  private Deadline(Duration limit, String field, long endNanos) {
    this.limit = limit;
    this.field = field;
    this.endNanos = endNanos;
  }

  /**
   * A deadline that far from now. Zero and less is over at once; more than a day is a day.
   *
   * @param field where a user sets the limit, for messages; empty when it is fixed
   */
  public static Deadline after(Duration limit, String field) {
    Duration bounded = requireNonNull(limit, "limit").compareTo(LIMIT_MAX) > 0 ? LIMIT_MAX : limit;
    Duration positive = bounded.isNegative() ? Duration.ZERO : bounded;
    return new Deadline(positive, field, System.nanoTime() + positive.toNanos());
  }

  /** What is left, in nanoseconds; zero when it is over. */
  public long remainingNanos() {
    return Math.max(0, endNanos - System.nanoTime());
  }

  /** What happened when time ran out, and what to do. */
  String exceeded() {
    String remedy = field.isEmpty() ? "" : "; raise " + field + " or make the query cheaper";
    return "context deadline exceeded: no complete answer within " + seconds() + remedy;
  }

  private String seconds() {
    return Numbers.plain(limit.toMillis() / 1000.0) + "s";
  }
}
