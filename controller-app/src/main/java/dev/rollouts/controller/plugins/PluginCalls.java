package dev.rollouts.controller.plugins;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one plugin, on threads of its own and each within a time limit. What it throws, hangs in
 * or leaves running is an error that names it; when too much of it hangs or runs, it is called no
 * more until that ends. Thread-safe.
 */
public final class PluginCalls implements AutoCloseable {
  private static final int STUCK_MAX = 4;
  private static final int LEFT_RUNNING_MAX = 64;
  private static final int CALLS_MAX = 64;
  private static final long IDLE_SECONDS = 30;

  private final String plugin;
  private final Duration limit;
  private final ThreadGroup group;
  private final ThreadPoolExecutor threads;
  private final AtomicInteger stuck = new AtomicInteger();

  /**
   * Calls of a plugin.
   *
   * @param limit how long one may take
   */
  public PluginCalls(String plugin, Duration limit) {
    this.plugin = plugin;
    this.limit = limit;
    this.group = new ThreadGroup("plugin " + plugin);
    this.threads =
        new ThreadPoolExecutor(
            0,
            CALLS_MAX,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(group, work, "plugin " + plugin);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * What a call came to.
   *
   * @param value null when there is an error
   * @param error what went wrong, with the name of the plugin
   */
  public record Outcome<V>(@Nullable V value, @Nullable String error) {}

  /**
   * Makes a call and waits for it.
   *
   * @param classes where the plugin finds its classes, for libraries that ask the thread for them
   */
  public <V> Outcome<V> make(@Nullable ClassLoader classes, Callable<V> call) {
    int left = group.activeCount() - threads.getPoolSize();
    if (left > LEFT_RUNNING_MAX) {
      return failed(
          "has %d threads of its own running, and is called no more until they end", left);
    }
    if (stuck.get() >= STUCK_MAX) {
      return failed(
          "has not returned from %d calls although they were interrupted, and is called no more until it does",
          stuck.get());
    }
    Work<V> work = new Work<>(classes, call);
    Future<Outcome<V>> answer;
    try {
      answer = threads.submit(work);
    } catch (RejectedExecutionException e) {
      return failed("is called too often at once, or the controller is stopping");
    }
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      work.giveUp();
      answer.cancel(true);
      return failed("did not answer within %d s", Math.max(1, limit.toSeconds()));
    } catch (ExecutionException | CancellationException e) {
      return failed("could not be called: %s", Faults.describe(e));
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return failed("was not waited for: the controller is stopping");
    }
  }

  private <V> Outcome<V> failed(String what, Object... details) {
    return new Outcome<>(null, "plugin \"%s\" %s".formatted(plugin, what.formatted(details)));
  }

  /** A call that knows whether somebody still waits for it. */
  private final class Work<V> implements Callable<Outcome<V>> {
    private final @Nullable ClassLoader classes;
    private final Callable<V> call;
    private boolean ended;
    private boolean givenUp;

    Work(@Nullable ClassLoader classes, Callable<V> call) {
      this.classes = classes;
      this.call = call;
    }

    /** Nothing that is thrown leaves this: it may do harm even when it is looked at. */
    @Override
    public Outcome<V> call() {
      Thread.currentThread().setContextClassLoader(classes);
      try {
        V value = call.call();
        return value == null ? failed("answered nothing") : new Outcome<>(value, null);
      } catch (Throwable e) {
        return new Outcome<>(null, "plugin \"%s\": %s".formatted(plugin, Faults.describe(e)));
      } finally {
        end();
      }
    }

    private synchronized void end() {
      ended = true;
      if (givenUp) {
        stuck.decrementAndGet();
      }
    }

    synchronized void giveUp() {
      if (!ended) {
        givenUp = true;
        stuck.incrementAndGet();
      }
    }
  }

  /** Interrupts what is under way. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
