package dev.rollouts.runner;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Virtual time and threads: everything happens on the thread of the test, in an order that the test
 * or a seed decides.
 */
final class Stage extends Clock {
  static final Instant START = Instant.parse("2026-05-01T10:00:00Z");

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparing(Entry::when).thenComparing(Entry::number));
  private final List<Runnable> turns = new ArrayList<>();
  private final List<Runnable> calls = new ArrayList<>();
  private final Deque<Runnable> held = new ArrayDeque<>();
  private final Random order;
  private Instant now = START;
  private long number;
  private boolean holdingCalls;

  /** In some order, the same each time. */
  Stage() {
    this(new Random(0));
  }

  /** What waits at the same time happens in an order that the seed decides. */
  Stage(Random order) {
    this.order = order;
  }

  /** A runner on this stage. */
  AnalysisRunner.Builder runner() {
    return AnalysisRunner.builder().clock(this).stage(new Own(), turns::add).executor(calls::add);
  }

  /** Lets everything happen that can happen now. */
  void settle() {
    while (step()) {
      // Until nothing is left.
    }
  }

  /** Calls to back-ends begin, and do not end until released. */
  void holdCalls() {
    holdingCalls = true;
  }

  /** Lets calls go on. */
  void releaseCalls() {
    holdingCalls = false;
    calls.addAll(held);
    held.clear();
    settle();
  }

  int heldCalls() {
    return held.size();
  }

  /** Moves time on, stopping wherever somebody asked to be woken. */
  void advance(Duration span) {
    Instant until = now.plus(span);
    settle();
    while (!entries.isEmpty() && !entries.peek().when.isAfter(until)) {
      Entry due = entries.remove();
      now = due.when.isAfter(now) ? due.when : now;
      due.action.run();
      settle();
    }
    now = until.isAfter(now) ? until : now;
  }

  /** What happens now takes this long. */
  void takes(Duration span) {
    now = now.plus(span);
  }

  /** When the next thing happens by itself. */
  Instant next() {
    return entries.isEmpty() ? Instant.MAX : entries.peek().when;
  }

  private boolean step() {
    if (holdingCalls) {
      held.addAll(calls);
      calls.clear();
    }
    int waiting = turns.size() + calls.size();
    if (waiting == 0) {
      return false;
    }
    int pick = order.nextInt(waiting);
    Runnable next = pick < turns.size() ? turns.remove(pick) : calls.remove(pick - turns.size());
    next.run();
    return true;
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
    return now;
  }

  /** The alarm of one of the runners on this stage. */
  private final class Own implements Alarm {
    private final List<Entry> mine = new ArrayList<>();

    @Override
    public Cancellation at(Instant when, Runnable action) {
      Entry entry = new Entry(when, number++, action);
      entries.add(entry);
      mine.add(entry);
      return () -> entries.remove(entry);
    }

    @Override
    public Cancellation after(Duration wait, Runnable action) {
      return at(now.plus(wait), action);
    }

    @Override
    public void close() {
      entries.removeAll(mine);
    }
  }

  private record Entry(Instant when, long number, Runnable action) {}
}
