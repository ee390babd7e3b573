package dev.rollouts.runner;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.SecretSource;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.analysis.AnalysisEngine;
import dev.rollouts.engine.condition.ConditionEvaluator;
import dev.rollouts.runner.store.InMemoryRunStore;
import dev.rollouts.runner.store.RunStore;
import dev.rollouts.runner.store.SavedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs analyses: decides, saves, measures, waits, until each has its verdict. Any number of runs
 * share a few threads; see {@link Builder#threads} for how many. Thread-safe.
 *
 * <p>What is known of a run is in the {@link RunStore} and nowhere else. A process that starts
 * again goes on with {@link #start} or {@link #resumeAll}. Two processes may look after the same
 * run: both measure, the first to save wins, and the other drops what it has measured and goes on
 * from there, so each measurement counts once.
 */
public final class AnalysisRunner implements AutoCloseable {
  private static final int TURN_THREADS = 2;
  private static final int START_TRIES = 20;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Workshop shop;
  private final String namespace;
  private final @Nullable ThreadPoolExecutor turns;
  private final boolean ownsThreads;
  private final Map<String, Run> runs = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private AnalysisRunner(
      Workshop shop, String namespace, @Nullable ThreadPoolExecutor turns, boolean ownsThreads) {
    this.shop = shop;
    this.namespace = namespace;
    this.turns = turns;
    this.ownsThreads = ownsThreads;
  }

  /** Starts a runner. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a run, or goes on with the one of this name if it is stored already: calling this again
   * after a restart is all it takes.
   *
   * @param name key of the run in the store
   * @throws IllegalStateException if a run of this name with another spec exists, or the runner is
   *     closed
   * @throws UncheckedIOException if the store cannot be reached
   */
  public RunHandle start(String name, AnalysisSpec spec) {
    return start(
        AnalysisRun.of(name, spec).withMetadata(ObjectMeta.named(name).inNamespace(namespace)));
  }

  /**
   * Starts a run, or goes on with the one of this name if it is stored already.
   *
   * @param run with the status to go on from, if it was saved elsewhere; a run without a uid gets a
   *     random one
   * @throws IllegalStateException if a run of this name with another spec exists, or the runner is
   *     closed
   * @throws UncheckedIOException if the store cannot be reached
   */
  public RunHandle start(AnalysisRun run) {
    String name = run.metadata().name();
    if (name.isEmpty()) {
      throw new IllegalArgumentException("metadata.name: a run needs a name");
    }
    AnalysisRun identified =
        run.metadata().uid().isEmpty()
            ? run.withMetadata(run.metadata().withUid(UUID.randomUUID().toString()))
            : run;
    try {
      for (int tries = 0; tries < START_TRIES; tries++) {
        SavedRun stored = shop.store().load(name).orElse(null);
        if (stored == null) {
          stored = shop.store().save(SavedRun.fresh(identified)).orElse(null);
        }
        if (stored != null) {
          requireSameSpec(name, stored.run().spec(), run.spec());
          return lookAfter(stored);
        }
      }
      throw new IOException("the store neither has the run nor takes it");
    } catch (IOException e) {
      throw new UncheckedIOException("run \"" + name + "\" could not be started", e);
    }
  }

  /**
   * A runner for the runs of a namespace, with a store and secrets of its own, so that runs of two
   * namespaces may have one name and none reads the secrets of another. Threads, providers, limits
   * and listeners are those of this runner. Closing this one ends the calls of both.
   */
  public AnalysisRunner forNamespace(String name, RunStore store, SecretSource secrets) {
    Workshop own =
        new Workshop(
            shop.engine(),
            shop.measurer().with(secrets),
            store,
            shop.listener(),
            shop.clock(),
            shop.alarm(),
            shop.calls(),
            shop.limits(),
            shop.turns());
    return new AnalysisRunner(own, name, null, false);
  }

  /**
   * Goes on with a stored run, or lets it have a turn soon if this runner looks after it already:
   * its spec may have changed.
   *
   * @return nothing when there is no such run
   * @throws UncheckedIOException if the store cannot be reached
   */
  public Optional<RunHandle> resume(String name) {
    try {
      return shop.store().load(name).map(this::lookAfter);
    } catch (IOException e) {
      throw new UncheckedIOException("run \"" + name + "\" could not be read", e);
    }
  }

  /** The run of this name, if this runner looks after it. */
  public Optional<RunHandle> find(String name) {
    return Optional.ofNullable(runs.get(name));
  }

  /**
   * Looks after every stored run that is not completed, and deletes completed ones when their time
   * to live is over. A run that cannot be read is reported to the listener and left alone.
   *
   * @return the runs that are not completed
   * @throws UncheckedIOException if the store cannot be reached
   */
  public List<RunHandle> resumeAll() {
    List<RunHandle> resumed = new ArrayList<>();
    List<String> names;
    try {
      names = shop.store().names();
    } catch (IOException e) {
      throw new UncheckedIOException("stored runs could not be listed", e);
    }
    for (String name : names) {
      try {
        SavedRun stored = shop.store().load(name).orElse(null);
        if (stored != null) {
          RunHandle run = lookAfter(stored);
          if (!stored.run().statusOrPending().phase().isCompleted()) {
            resumed.add(run);
          }
        }
      } catch (IOException e) {
        shop.listener().troubled(name, "could not be read, so it is left alone", e);
      }
    }
    return resumed;
  }

  /**
   * Stops looking after all runs: calls are interrupted, own threads end, at the latest after five
   * seconds. What is saved stays and can be taken up again. Closing twice is harmless.
   */
  @Override
  public void close() {
    closed = true;
    if (ownsThreads) {
      shop.alarm().close();
    }
    runs.values()
        .forEach(
            run ->
                run.leave(
                    "the runner was closed; run \"%s\" can be taken up again"
                        .formatted(run.name())));
    if (!ownsThreads) {
      return;
    }
    shop.calls().close();
    if (turns != null) {
      turns.shutdown();
    }
    try {
      // From within a listener this thread would wait for itself.
      if (turns != null && !(Thread.currentThread() instanceof RunnerThread)) {
        turns.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        shop.calls().awaitEnd(CLOSE_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private RunHandle lookAfter(SavedRun stored) {
    if (closed) {
      throw new IllegalStateException("the runner is closed");
    }
    Run fresh = new Run(shop, stored, this::leave);
    Run known =
        runs.compute(
            stored.name(),
            (name, other) ->
                other != null && other.run().metadata().uid().equals(stored.uid()) ? other : fresh);
    known.wake();
    if (closed) {
      known.leave("the runner was closed; run \"" + stored.name() + "\" can be taken up again");
    }
    return known;
  }

  private void leave(Run run) {
    runs.remove(run.name(), run);
  }

  private static void requireSameSpec(String name, AnalysisSpec stored, AnalysisSpec given) {
    if (stored.equals(given)
        || sameTree(Wire.encode(comparable(stored)), Wire.encode(comparable(given)))) {
      return;
    }
    throw new IllegalStateException(
        "run \"%s\" exists with another spec; start this one under another name, or delete the other from the store"
            .formatted(name));
  }

  /** Having been told to stop does not make it another analysis. */
  private static AnalysisSpec comparable(AnalysisSpec spec) {
    return spec.terminated();
  }

  /** Equal but for the width of whole numbers, which a store need not keep. */
  private static boolean sameTree(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Map<?, ?> left && other instanceof Map<?, ?> right) {
      return left.keySet().equals(right.keySet())
          && left.keySet().stream().allMatch(key -> sameTree(left.get(key), right.get(key)));
    }
    if (one instanceof List<?> left && other instanceof List<?> right) {
      Iterator<?> rest = right.iterator();
      return left.size() == right.size()
          && left.stream().allMatch(element -> sameTree(element, rest.next()));
    }
    if (one instanceof Number left && other instanceof Number right) {
      return left.toString().equals(right.toString());
    }
    return one == null ? other == null : one.equals(other);
  }

  /** A thread of a runner. */
  private static final class RunnerThread extends Thread {
    RunnerThread(Runnable work, String name) {
      super(work, name);
      setDaemon(true);
    }
  }

  /** Builds a runner. Not thread-safe. */
  public static final class Builder {
    private static final int THREADS_DEFAULT = 64;
    private static final Duration CALL_LIMIT_DEFAULT = Duration.ofSeconds(90);

    private final List<MetricProvider<?>> explicit = new ArrayList<>();
    private final List<AnalysisListener> listeners = new ArrayList<>();
    private @Nullable Providers providers;
    private SecretSource secrets = SecretSource.none();
    private RunStore store = new InMemoryRunStore();
    private Clock clock = Clock.systemUTC();
    private ConditionEvaluator conditions = new ConditionEvaluator();
    private int threads = THREADS_DEFAULT;
    private Duration callLimit = CALL_LIMIT_DEFAULT;
    private String namespace = "";
    private @Nullable Executor executor;
    private @Nullable Alarm alarm;
    private @Nullable Executor turns;

    private Builder() {}

    /**
     * Adds a provider. Without any, all on the class path are used, within the default settings.
     */
    public Builder provider(MetricProvider<?> provider) {
      explicit.add(requireNonNull(provider, "provider"));
      return this;
    }

    /**
     * Uses these providers, such as {@link Providers#discover()}, besides those added one by one,
     * which win.
     */
    public Builder providers(Providers all) {
      providers = requireNonNull(all, "providers");
      return this;
    }

    /**
     * Where arguments with a {@code secretKeyRef} and providers read their secrets. Default: there
     * are none.
     */
    public Builder secrets(SecretSource source) {
      secrets = requireNonNull(source, "source");
      return this;
    }

    /** Where runs are kept. Default: an {@link InMemoryRunStore} of its own. */
    public Builder store(RunStore runs) {
      store = requireNonNull(runs, "runs");
      return this;
    }

    /** Adds a listener. */
    public Builder listener(AnalysisListener listener) {
      listeners.add(requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * Namespace of runs that are started by name and spec. Default: empty, which is right outside a
     * cluster.
     */
    public Builder namespace(String name) {
      namespace = requireNonNull(name, "name");
      return this;
    }

    /** What time it is. Default: the system's clock. */
    public Builder clock(Clock source) {
      clock = requireNonNull(source, "source");
      return this;
    }

    /**
     * How many calls to the back-ends of one provider are made at once. Default 64. Enough are
     * measurements per second times seconds per answer, doubled: 10,000 runs with one metric a
     * minute and answers within 100 ms keep 17 threads busy. Threads are made when they are needed
     * and end after 30 idle seconds.
     *
     * @param count at least 1
     */
    public Builder threads(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("threads: must be at least 1, was " + count);
      }
      threads = count;
      return this;
    }

    /**
     * Where calls to back-ends are made instead of on own threads; it is not shut down. It must not
     * run them on the thread that hands them over.
     */
    public Builder executor(Executor calls) {
      executor = requireNonNull(calls, "calls");
      return this;
    }

    /**
     * After how long a call is given up that does not keep a time limit of its own; one whose
     * configuration has a limit gets 30 seconds beyond it, if that is more. Default 90 seconds.
     *
     * @param limit positive
     */
    public Builder callLimit(Duration limit) {
      if (limit.isNegative() || limit.isZero()) {
        throw new IllegalArgumentException("callLimit: must be positive, was " + limit);
      }
      callLimit = limit;
      return this;
    }

    /** Virtual time and threads, for tests. */
    Builder stage(Alarm alarmClock, Executor turnExecutor) {
      alarm = alarmClock;
      turns = turnExecutor;
      return this;
    }

    /** The runner. */
    public AnalysisRunner build() {
      Providers given = Providers.of(explicit);
      Providers all = providers == null ? given : providers.with(given);
      if (providers == null && explicit.isEmpty()) {
        all = Providers.discover();
      }
      Alarm clockwork = alarm == null ? new AlarmThread(clock) : alarm;
      ThreadPoolExecutor ownTurns = turns == null ? turnThreads() : null;
      Executor turnExecutor = ownTurns == null ? requireNonNull(turns) : ownTurns;
      Workshop shop =
          new Workshop(
              new AnalysisEngine(conditions),
              new Measurer(all, conditions, secrets, clock),
              store,
              new ContainedListener(
                  listeners.isEmpty() ? List.of(new AnalysisListener() {}) : listeners),
              clock,
              clockwork,
              new Calls(clockwork, threads, executor, named("rollouts-call-")),
              new CallLimits(callLimit),
              turnExecutor);
      return new AnalysisRunner(shop, namespace, ownTurns, true);
    }

    private static ThreadPoolExecutor turnThreads() {
      return new ThreadPoolExecutor(
          TURN_THREADS,
          TURN_THREADS,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          named("rollouts-turn-"));
    }

    private static ThreadFactory named(String prefix) {
      AtomicInteger number = new AtomicInteger();
      return work -> new RunnerThread(work, prefix + number.incrementAndGet());
    }
  }
}
