package dev.rollouts.simulation.cluster;

import java.util.PriorityQueue;

/**
 * Milliseconds since a simulation began, and what happens at them. Tasks of one moment run in the
 * order in which they were planned. Not thread-safe.
 */
public final class VirtualTime {
  /** A moment that never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long now;
  private long order;
  private int foreground;

  private record Task(long at, long order, boolean background, Runnable run)
      implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** Milliseconds since the beginning. */
  public long now() {
    return now;
  }

  /** Plans a task; one for the past is run now. */
  public void at(long when, Runnable run) {
    plan(when, false, run);
  }

  /** Plans a task that comes round again and again, and for which alone nothing goes on. */
  public void inBackground(long when, Runnable run) {
    plan(when, true, run);
  }

  private void plan(long when, boolean background, Runnable run) {
    if (when == NEVER) {
      return;
    }
    tasks.add(new Task(Math.max(when, now), order++, background, run));
    foreground += background ? 0 : 1;
  }

  /** Whether anything is planned beside what comes round again and again. */
  public boolean hasWork() {
    return foreground > 0;
  }

  /** When the next task is due, or {@link #NEVER}. */
  public long next() {
    Task task = tasks.peek();
    return task == null ? NEVER : task.at();
  }

  /**
   * Goes on to the next task and runs it.
   *
   * @param until a task that is due later stays, and the time becomes this
   * @return whether a task was run
   */
  public boolean step(long until) {
    Task task = tasks.peek();
    if (task == null || task.at() > until) {
      now = Math.max(now, until);
      return false;
    }
    tasks.remove();
    now = Math.max(now, task.at());
    foreground -= task.background() ? 0 : 1;
    task.run().run();
    return true;
  }
}
