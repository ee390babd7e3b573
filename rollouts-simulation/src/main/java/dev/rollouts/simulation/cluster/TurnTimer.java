package dev.rollouts.simulation.cluster;

/**
 * When a loop turns next: at the earliest of what it was asked for, and after a failure at the end
 * of a back-off from 10 ms to 10 s. Not thread-safe.
 */
public final class TurnTimer {
  private static final long BACK_OFF_MIN = 10;
  private static final long BACK_OFF_MAX = 10_000;

  private final VirtualTime time;
  private final Runnable turn;
  private long due = VirtualTime.NEVER;
  private long token;
  private int failures;

  /** A timer that nobody has asked for anything. */
  public TurnTimer(VirtualTime time, Runnable turn) {
    this.time = time;
    this.turn = turn;
  }

  /** Turns at this moment, unless a turn is due before. */
  public void at(long when) {
    if (when >= due) {
      return;
    }
    due = Math.max(when, time.now());
    long mine = ++token;
    time.at(due, () -> run(mine));
  }

  /** Turns in so many milliseconds, unless a turn is due before. */
  public void in(long delay) {
    at(time.now() + delay);
  }

  /** Turns when the back-off is over, unless a turn is due before. */
  public void afterFailure() {
    in(Math.min(BACK_OFF_MAX, BACK_OFF_MIN << Math.min(failures, 10)));
    failures++;
  }

  /** The next back-off is the shortest again. */
  public void succeeded() {
    failures = 0;
  }

  /** Forgets what is due. */
  public void cancel() {
    due = VirtualTime.NEVER;
    token++;
  }

  /** When the next turn is due, or {@link VirtualTime#NEVER}. */
  public long due() {
    return due;
  }

  private void run(long mine) {
    if (mine == token) {
      due = VirtualTime.NEVER;
      turn.run();
    }
  }
}
