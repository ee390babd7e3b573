package dev.rollouts.runner;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes blocking calls on threads of their own, each within a limit. Each provider has its own
 * bounded set of threads, so that a back-end that hangs holds up nobody else's measurements. A call
 * that outlasts its limit is interrupted and answered for; if it does not return even then, its
 * thread is given up and replaced, until so many are given up that the provider gets no further
 * calls.
 */
final class Calls implements AutoCloseable {
  private static final long IDLE_SECONDS = 30;

  private final Alarm alarm;
  private final int threads;
  private final @Nullable Executor executor;
  private final ThreadFactory factory;
  private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Calls on own threads, or on the executor if there is one.
   *
   * @param threads for each provider, at least 1
   */
  Calls(Alarm alarm, int threads, @Nullable Executor executor, ThreadFactory factory) {
    this.alarm = alarm;
    this.threads = threads;
    this.executor = executor;
    this.factory = factory;
  }

  /**
   * Makes a call as soon as a thread is free.
   *
   * @param provider whose threads to use
   * @param limit from the moment the call begins
   * @param work what to do; must not throw
   * @param instead the result of a call that cannot be had, from a text that says why
   * @param then takes the result; not called after {@link Call#cancel}
   * @throws java.util.concurrent.RejectedExecutionException if the executor takes no more
   */
  <T> Call make(
      String provider,
      Duration limit,
      Supplier<T> work,
      Function<String, T> instead,
      Consumer<T> then) {
    Lane lane = lanes.computeIfAbsent(provider, Lane::new);
    if (lane.givenUp.get() >= threads) {
      then.accept(
          instead.apply(
              "%d calls to provider %s have not returned although they were interrupted; it gets no more until one does"
                  .formatted(lane.givenUp.get(), provider)));
      return () -> {};
    }
    Task<T> task = new Task<>(lane, limit, work, instead, then);
    lane.executor.execute(task);
    return task;
  }

  /** Interrupts every call and starts no more. What they answer to that is not heard. */
  @Override
  public void close() {
    closed = true;
    lanes.values().forEach(Lane::close);
  }

  /** Waits until the own threads have ended; false when some have not. */
  boolean awaitEnd(Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    boolean ended = true;
    for (Lane lane : lanes.values()) {
      ended &= lane.awaitEnd(end - System.nanoTime());
    }
    return ended;
  }

  /** A call on its way. */
  interface Call {
    /** Interrupts it, or takes it out of the queue; its result is dropped. */
    void cancel();
  }

  /** The threads of one provider. */
  private final class Lane {
    private final String provider;
    private final AtomicInteger givenUp = new AtomicInteger();
    private final Executor executor;
    private final @Nullable ThreadPoolExecutor own;

    Lane(String provider) {
      this.provider = provider;
      if (Calls.this.executor != null) {
        this.own = null;
        this.executor = Calls.this.executor;
      } else {
        this.own =
            new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                factory);
        this.own.allowCoreThreadTimeOut(true);
        this.executor = this.own;
      }
    }

    void giveUp() {
      givenUp.incrementAndGet();
      resize();
    }

    void returned() {
      givenUp.decrementAndGet();
      resize();
    }

    private synchronized void resize() {
      if (own != null) {
        int wanted = threads + givenUp.get();
        // Core may never exceed maximum, so the order depends on the direction.
        own.setMaximumPoolSize(Math.max(wanted, own.getCorePoolSize()));
        own.setCorePoolSize(wanted);
        own.setMaximumPoolSize(wanted);
      }
    }

    void close() {
      if (own != null) {
        own.shutdownNow();
      }
    }

    boolean awaitEnd(long nanos) throws InterruptedException {
      return own == null || own.awaitTermination(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }
  }

  /**
   * One call. Its lock makes sure that an interrupt meets this call and not the next one on the
   * same thread.
   */
  private final class Task<T> implements Call, Runnable {
    private final Lane lane;
    private final Duration limit;
    private final Supplier<T> work;
    private final Function<String, T> instead;
    private final Consumer<T> then;
    private @Nullable Thread thread;
    private boolean cancelled;
    private boolean overdue;
    private boolean ended;

    Task(
        Lane lane,
        Duration limit,
        Supplier<T> work,
        Function<String, T> instead,
        Consumer<T> then) {
      this.lane = lane;
      this.limit = limit;
      this.work = work;
      this.instead = instead;
      this.then = then;
    }

    @Override
    public void run() {
      synchronized (this) {
        if (cancelled) {
          return;
        }
        thread = Thread.currentThread();
      }
      Alarm.Cancellation guard = alarm.after(limit, this::overrun);
      T result;
      try {
        result = work.get();
      } finally {
        guard.cancel();
        end();
      }
      if (!cancelled && !overdue && !closed) {
        then.accept(result);
      }
    }

    /** After this neither flag changes any more. */
    private synchronized void end() {
      thread = null;
      if (overdue) {
        lane.returned();
      }
      if (overdue || cancelled) {
        // The interrupt was meant for this call; whoever owns the thread has not asked for it.
        Thread.interrupted();
      }
      ended = true;
    }

    private void overrun() {
      synchronized (this) {
        if (thread == null) {
          return;
        }
        overdue = true;
        lane.giveUp();
        thread.interrupt();
        if (cancelled) {
          return;
        }
      }
      then.accept(
          instead.apply(
              "provider %s did not answer within %ds".formatted(lane.provider, limit.toSeconds())));
    }

    @Override
    public synchronized void cancel() {
      if (ended) {
        return;
      }
      cancelled = true;
      if (thread != null) {
        thread.interrupt();
      }
    }
  }
}
