package dev.rollouts.runner;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.AnalysisEffect.Asking;
import dev.rollouts.engine.analysis.MeasurementId;
import dev.rollouts.engine.analysis.Observed;
import dev.rollouts.engine.analysis.Observed.Asked;
import dev.rollouts.runner.store.SavedRun;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run that a runner looks after: turn by turn, one turn at a time.
 *
 * <p>A turn: read what is stored, decide, save, then act. What was observed stays in the inbox
 * until a save that includes it has worked, so nothing that was measured is lost to a store that
 * fails or to another process that was faster.
 */
final class Run implements RunHandle {
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);
  private static final Duration RETRY_MAX = Duration.ofSeconds(30);

  /** A back-end that gives no time for the next look is looked at this often. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private static final int CONFLICTS_MAX = 20;

  private final Workshop shop;
  private final String name;
  private final String uid;
  private final RunIdentity identity;
  private final Consumer<Run> whenLeft;
  private final CompletableFuture<AnalysisRunStatus> completion = new CompletableFuture<>();

  // Guarded by this object's lock.
  private final List<Observed> inbox = new ArrayList<>();
  private final Map<Ask, UnderWay> calls = new HashMap<>();
  private boolean turning;
  private boolean signalled;
  private boolean terminate;
  private boolean left;
  private Alarm.@Nullable Cancellation alarm;

  // Touched by one turn at a time.
  private final Map<MeasurementId, Instant> lookedAt = new HashMap<>();
  private boolean toldCompleted;
  private int failures;

  private volatile AnalysisRun known;

  /**
   * A run that was stored.
   *
   * @param whenLeft told once the runner need not look after the run any more
   */
  Run(Workshop shop, SavedRun stored, Consumer<Run> whenLeft) {
    this.shop = shop;
    this.name = stored.name();
    this.uid = stored.uid();
    this.identity = new RunIdentity(uid, name, stored.run().metadata().namespace());
    this.whenLeft = whenLeft;
    this.known = stored.run();
    this.toldCompleted = known.statusOrPending().phase().isCompleted();
  }

  /** Which measurement, and what is asked of it: what is under way is not asked for again. */
  private record Ask(MeasurementId id, Asked asked) {
    static Ask of(Asking effect) {
      return new Ask(effect.id(), Observed.askedBy(effect));
    }
  }

  /**
   * A call that has not answered.
   *
   * @param leavesWork whether it may start something in a back-end that outlives it
   */
  private record UnderWay(Calls.Call call, boolean leavesWork) {}

  // --- the handle

  @Override
  public String name() {
    return name;
  }

  @Override
  public AnalysisRun run() {
    return known;
  }

  @Override
  public AnalysisRunStatus status() {
    return known.statusOrPending();
  }

  @Override
  public AnalysisRunStatus await(Duration limit) throws InterruptedException, TimeoutException {
    try {
      return completion.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (CancellationException e) {
      // Newer JDKs wrap it in one that only says "get".
      throw e.getCause() instanceof CancellationException why ? why : e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("run \"" + name + "\" ended unexpectedly", e.getCause());
    } catch (TimeoutException e) {
      throw new TimeoutException(
          "run \"%s\" is %s after %s; it goes on"
              .formatted(name, status().phase().wireName(), limit));
    }
  }

  @Override
  public CompletableFuture<AnalysisRunStatus> completion() {
    return completion.copy();
  }

  @Override
  public void terminate() {
    synchronized (this) {
      terminate = true;
    }
    wake();
  }

  @Override
  public void cancel() {
    leave("run \"" + name + "\" was cancelled; what is saved can be taken up again");
  }

  // --- turns

  /** Has a turn taken soon. */
  void wake() {
    synchronized (this) {
      if (left) {
        return;
      }
      signalled = true;
      if (turning) {
        return;
      }
      turning = true;
    }
    try {
      shop.turns().execute(this::turns);
    } catch (RejectedExecutionException closing) {
      synchronized (this) {
        turning = false;
      }
    }
  }

  /** Stops looking after the run. */
  void leave(String why) {
    synchronized (this) {
      if (left) {
        return;
      }
      left = true;
      inbox.clear();
      if (alarm != null) {
        alarm.cancel();
      }
    }
    abandonCalls();
    completion.completeExceptionally(new CancellationException(why));
    whenLeft.accept(this);
  }

  private void turns() {
    while (true) {
      synchronized (this) {
        if (!signalled || left) {
          turning = false;
          return;
        }
        signalled = false;
        if (alarm != null) {
          alarm.cancel();
          alarm = null;
        }
      }
      try {
        turn();
        failures = 0;
      } catch (Throwable e) { // our own bugs included: a run must not die in silence
        Duration wait = RETRY_MIN.multipliedBy(1L << Math.min(failures++, 5));
        wait = wait.compareTo(RETRY_MAX) > 0 ? RETRY_MAX : wait;
        shop.listener()
            .troubled(
                name, "could not take a turn; next try in %ds".formatted(wait.toSeconds()), e);
        wakeAt(shop.clock().instant().plus(wait));
      }
    }
  }

  private void turn() throws IOException {
    for (int conflicts = 0; conflicts < CONFLICTS_MAX; conflicts++) {
      SavedRun stored = shop.store().load(name).orElse(null);
      if (stored == null || !stored.uid().equals(uid)) {
        leave("run \"" + name + "\" was deleted");
        return;
      }
      Inbox seen = look();
      AnalysisRun before = stored.run();
      AnalysisSpec spec = seen.terminate ? terminated(before) : before.spec();
      Decision<AnalysisRunStatus, AnalysisEffect> decision =
          shop.engine()
              .decide(spec, before.statusOrPending(), seen.observed, shop.clock().instant());
      if (mustWait(before, decision, seen)) {
        return;
      }
      Optional<AnalysisRun> saved = save(stored, spec, decision.status());
      if (saved.isPresent()) {
        known = saved.get();
        take(seen);
        tell(before, saved.get(), decision, seen);
        act(saved.get(), decision, seen, !saved.get().equals(before));
        return;
      }
    }
    throw new IOException(
        "others saved the run %d times while it was being decided".formatted(CONFLICTS_MAX));
  }

  private static AnalysisSpec terminated(AnalysisRun run) {
    return run.statusOrPending().phase().isCompleted() ? run.spec() : run.spec().terminated();
  }

  /**
   * Whether the verdict must wait for a call that may be starting something: were the run to end
   * now, nobody would stop what comes of it.
   */
  private static boolean mustWait(
      AnalysisRun before, Decision<AnalysisRunStatus, AnalysisEffect> decision, Inbox seen) {
    if (before.statusOrPending().phase().isCompleted()
        || !decision.status().phase().isCompleted()) {
      return false;
    }
    return seen.underWay.values().stream().anyMatch(UnderWay::leavesWork);
  }

  /**
   * What is stored afterwards, or nothing when another was faster. Without news nothing is written.
   */
  private Optional<AnalysisRun> save(SavedRun stored, AnalysisSpec spec, AnalysisRunStatus status)
      throws IOException {
    AnalysisRun before = stored.run();
    AnalysisRun after = new AnalysisRun(before.metadata(), spec, status);
    if (status.equals(before.statusOrPending()) && spec.equals(before.spec())) {
      return Optional.of(before);
    }
    return shop.store().save(new SavedRun(after, stored.version())).map(SavedRun::run);
  }

  // --- inbox

  /** What a turn found: observations, calls under way at that moment, and whether to terminate. */
  private record Inbox(List<Observed> observed, Map<Ask, UnderWay> underWay, boolean terminate) {}

  private synchronized Inbox look() {
    return new Inbox(List.copyOf(inbox), Map.copyOf(calls), terminate);
  }

  private synchronized void take(Inbox seen) {
    inbox.subList(0, Math.min(inbox.size(), seen.observed.size())).clear();
  }

  private void receive(Ask ask, Observed observed) {
    synchronized (this) {
      if (left) {
        return;
      }
      calls.remove(ask);
      inbox.add(observed);
    }
    wake();
  }

  // --- effects

  private void act(
      AnalysisRun run,
      Decision<AnalysisRunStatus, AnalysisEffect> decision,
      Inbox seen,
      boolean news) {
    Performing performing = new Performing(run, seen);
    boolean exists = true;
    for (AnalysisEffect effect : decision.effects()) {
      exists &= effect.accept(performing);
    }
    AnalysisRunStatus status = run.statusOrPending();
    if (status.phase().isCompleted()) {
      abandonCalls();
      if (!toldCompleted) {
        toldCompleted = true;
        shop.listener().completed(run);
      }
      completion.complete(status);
      if (!exists || decision.wakeUp().isEmpty()) {
        leave("run \"" + name + "\" is completed");
        return;
      }
    }
    Instant now = shop.clock().instant();
    decision
        .wakeUp()
        // A wake-up that has come already and brought nothing must not become a loop.
        .map(at -> news || at.isAfter(now) ? at : now.plus(LOOK_AGAIN))
        .ifPresent(this::wakeAt);
    performing.lookAgainAt.ifPresent(this::wakeAt);
  }

  private void abandonCalls() {
    List<UnderWay> open;
    synchronized (this) {
      open = List.copyOf(calls.values());
      calls.clear();
    }
    open.forEach(each -> each.call.cancel());
  }

  /** Performs the effects of one decision; answers whether the run still exists. */
  private final class Performing implements AnalysisEffect.Handler<Boolean> {
    private final AnalysisRun run;
    private final Inbox seen;
    private Optional<Instant> lookAgainAt = Optional.empty();

    Performing(AnalysisRun run, Inbox seen) {
      this.run = run;
      this.seen = seen;
    }

    @Override
    public Boolean measure(AnalysisEffect.Measure effect) {
      return ask(effect);
    }

    @Override
    public Boolean resume(AnalysisEffect.Resume effect) {
      Instant now = shop.clock().instant();
      Instant next = lookedAt.getOrDefault(effect.id(), Instant.MIN);
      if (next.isAfter(now)) {
        lookAgainAt = Optional.of(next);
        return true;
      }
      lookedAt.keySet().removeIf(id -> id.metric().equals(effect.id().metric()));
      lookedAt.put(effect.id(), now.plus(LOOK_AGAIN));
      return ask(effect);
    }

    @Override
    public Boolean terminate(AnalysisEffect.Terminate effect) {
      return ask(effect);
    }

    @Override
    public Boolean collectGarbage(AnalysisEffect.CollectGarbage effect) {
      int attempt =
          run.statusOrPending().result(effect.metric().name()).map(Run::attempts).orElse(1);
      shop.calls()
          .make(
              CallLimits.laneOf(effect.metric()),
              shop.limits().of(effect.metric()),
              () -> shop.measurer().collectGarbage(identity, run.spec(), effect, attempt),
              Optional::of,
              problem -> problem.ifPresent(text -> shop.listener().troubled(name, text, null)));
      return true;
    }

    @Override
    public Boolean announce(AnalysisEffect.Announce effect) {
      shop.listener().announced(run, effect.event());
      return true;
    }

    @Override
    public Boolean deleteRun(AnalysisEffect.DeleteRun effect) {
      try {
        shop.store().delete(name, uid);
        return false;
      } catch (IOException e) {
        throw new IllegalStateException("the run's time is over and it cannot be deleted", e);
      }
    }

    /** Starts a call, unless it was under way when the turn began or is now. */
    private boolean ask(Asking effect) {
      Ask ask = Ask.of(effect);
      synchronized (Run.this) {
        if (left || seen.underWay.containsKey(ask) || calls.containsKey(ask)) {
          return true;
        }
        // Before the call: it may be over before its handle is here.
        calls.put(ask, new UnderWay(() -> {}, leavesWork(effect)));
      }
      Instant startedAt = shop.clock().instant();
      Calls.Call call;
      try {
        call =
            shop.calls()
                .make(
                    CallLimits.laneOf(effect.metric()),
                    shop.limits().of(effect.metric()),
                    () -> shop.measurer().measure(identity, run.spec(), effect),
                    problem -> unanswered(effect, problem, startedAt),
                    observed -> receive(ask, observed));
      } catch (RejectedExecutionException full) {
        synchronized (Run.this) {
          calls.remove(ask);
        }
        throw full;
      }
      synchronized (Run.this) {
        if (!left) {
          calls.computeIfPresent(ask, (key, early) -> new UnderWay(call, early.leavesWork));
          return true;
        }
      }
      call.cancel();
      return true;
    }

    private boolean leavesWork(Asking effect) {
      return effect instanceof AnalysisEffect.Measure
          && effect.metric().provider().configured().stream()
              .anyMatch(
                  config ->
                      config instanceof JobTemplate
                          || config instanceof KayentaCanary
                          || config instanceof PluginConfig);
    }

    private Observed unanswered(Asking effect, String problem, Instant startedAt) {
      return Observed.Answer.of(
          effect, Observation.failure(problem), startedAt, shop.clock().instant());
    }
  }

  private static int attempts(MetricResult result) {
    return Math.max(1, result.count() + result.error());
  }

  private void wakeAt(Instant when) {
    Alarm.Cancellation set = shop.alarm().at(when, this::wake);
    synchronized (this) {
      if (left) {
        set.cancel();
      } else if (alarm != null) {
        // Both stay: a wake-up too many does no harm, one too few does.
        Alarm.Cancellation other = alarm;
        alarm =
            () -> {
              other.cancel();
              set.cancel();
            };
      } else {
        alarm = set;
      }
    }
  }

  // --- telling

  private void tell(
      AnalysisRun before,
      AnalysisRun after,
      Decision<AnalysisRunStatus, AnalysisEffect> decision,
      Inbox seen) {
    shop.listener().decided(after, decision);
    Set<String> asked = new HashSet<>();
    for (Observed observed : seen.observed) {
      String metric = observed.id().metric();
      Measurement now = newest(after, metric);
      if (now != null && asked.add(metric) && !now.equals(newest(before, metric))) {
        shop.listener().measured(after, metric, now);
      }
    }
  }

  private static @Nullable Measurement newest(AnalysisRun run, String metric) {
    return run.statusOrPending().result(metric).map(MetricResult::lastMeasurement).orElse(null);
  }
}
