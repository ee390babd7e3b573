package dev.rollouts.runner;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One thread for all call backs of a runner, whatever their number. It looks at the clock at least
 * once a second while it waits for a time of day, so that a clock that is set neither loses nor
 * delays a wake-up for long.
 */
final class AlarmThread implements Alarm, Runnable {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final NavigableSet<Entry> byClock =
      new TreeSet<>(Comparator.comparing(Entry::when).thenComparing(Entry::number));
  private final NavigableSet<Entry> byElapsed =
      new TreeSet<>(Comparator.comparing(Entry::when).thenComparing(Entry::number));
  private final long start = System.nanoTime();
  private long number;
  private boolean closed;

  AlarmThread(Clock clock) {
    this.clock = clock;
    Thread thread = new Thread(this, "rollouts-alarm");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public Cancellation at(Instant when, Runnable action) {
    return enter(byClock, when, action);
  }

  @Override
  public Cancellation after(Duration wait, Runnable action) {
    Duration bounded = wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    return enter(byElapsed, elapsed().plus(bounded), action);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      byClock.clear();
      byElapsed.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    while (true) {
      Entry due;
      try {
        due = next();
      } catch (InterruptedException nobodyElsesThread) {
        continue;
      }
      if (due == null) {
        return;
      }
      due.action.run();
    }
  }

  /** Waits for the next entry that is due; null when closed. */
  private @Nullable Entry next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        Duration wait = LONGEST;
        if (!byElapsed.isEmpty()) {
          wait = Duration.between(elapsed(), byElapsed.first().when);
          if (wait.isNegative() || wait.isZero()) {
            return byElapsed.pollFirst();
          }
        }
        if (!byClock.isEmpty()) {
          Instant now = clock.instant();
          if (!byClock.first().when.isAfter(now)) {
            return byClock.pollFirst();
          }
          Duration ahead = shorter(Duration.between(now, byClock.first().when), LOOK_AGAIN);
          wait = shorter(wait, ahead);
        }
        changed.await(wait.toNanos(), TimeUnit.NANOSECONDS);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private Cancellation enter(NavigableSet<Entry> entries, Instant when, Runnable action) {
    lock.lock();
    try {
      Entry entry = new Entry(when, number++, action);
      if (!closed) {
        entries.add(entry);
        if (entries.first().number == entry.number) {
          changed.signalAll();
        }
      }
      return () -> remove(entries, entry);
    } finally {
      lock.unlock();
    }
  }

  private void remove(NavigableSet<Entry> entries, Entry entry) {
    lock.lock();
    try {
      entries.remove(entry);
    } finally {
      lock.unlock();
    }
  }

  /** The monotonic clock as an instant, so that both kinds of entry sort alike. */
  private Instant elapsed() {
    return Instant.EPOCH.plusNanos(System.nanoTime() - start);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** Something to do; entries for the same moment come in the order in which they were made. */
  private record Entry(Instant when, long number, Runnable action) {}
}
