package dev.rollouts.controller.kube;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches kinds from the first time that somebody asks for an object of them until nobody refers to
 * one any more: objects of routers, and workloads whose pod template a Rollout takes. A kind that
 * the server does not serve is looked for again while somebody refers to it; one that may not be
 * watched is read object by object. Thread-safe.
 */
public final class Watches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watches.class);
  private static final Duration FIRST_LIST_LIMIT = Duration.ofSeconds(20);

  /**
   * How often it is looked for kinds that appear, and for watches that nobody needs. These stay as
   * long as any turn may take.
   */
  private static final Duration TICK = Duration.ofSeconds(5);

  private static final Duration KEPT = Duration.ofMinutes(2);
  private static final Duration REFUSED_RETRY = Duration.ofMinutes(5);

  private final Api api;
  private final References references;
  private final String onlyNamespace;
  private final Duration kept;
  private final Listener listener;
  private final Map<Scope, Entry> entries = new ConcurrentHashMap<>();
  private final ScheduledExecutorService housekeeping =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "rollouts-watches");
            made.setDaemon(true);
            return made;
          });

  private final ScheduledFuture<?> ticks;

  /** Hears of objects that are watched. */
  @FunctionalInterface
  public interface Listener {
    /**
     * An object is new, different or gone, or its kind is served or shown no more.
     *
     * @param now as it is; null when it is not known any more
     */
    void changed(ObjectKey key, @Nullable JsonObject now);
  }

  /** What became of a scope. Without a watch it is absent, or refused until a moment. */
  private static final class Entry {
    final @Nullable KindWatch watch;
    final long refusedUntil;
    volatile long askedAt = System.nanoTime();

    Entry(@Nullable KindWatch watch, long refusedUntil) {
      this.watch = watch;
      this.refusedUntil = refusedUntil;
    }

    boolean isAbsent() {
      return watch == null && refusedUntil == 0;
    }
  }

  /**
   * No watches yet.
   *
   * @param references who refers to what
   * @param onlyNamespace the only one that this process looks after; empty for all
   * @param listener hears of what is new, different or gone
   */
  public Watches(Api api, References references, String onlyNamespace, Listener listener) {
    this(api, references, onlyNamespace, listener, TICK, KEPT);
  }

  Watches(
      Api api,
      References references,
      String onlyNamespace,
      Listener listener,
      Duration tick,
      Duration kept) {
    this.kept = kept;
    this.api = api;
    this.references = references;
    this.onlyNamespace = onlyNamespace;
    this.listener = listener;
    this.ticks =
        housekeeping.scheduleWithFixedDelay(
            this::tick, tick.toMillis(), tick.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * The store that knows an object, if it exists; it is watched from now on. Empty when it has to
   * be read directly: nobody serves the kind, it may not be watched, or the first list takes long.
   */
  Optional<Store<JsonObject>> of(ObjectKey key) {
    Scope scope = Scope.of(key, onlyNamespace);
    Entry entry = entries.compute(scope, (it, known) -> asked(it, known));
    if (entry.watch == null) {
      return Optional.empty();
    }
    try {
      return entry.watch.isKnown(FIRST_LIST_LIMIT)
          ? Optional.of(entry.watch.store())
          : Optional.empty();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private Entry asked(Scope scope, @Nullable Entry known) {
    boolean again =
        known == null
            || (known.watch == null
                && !known.isAbsent()
                && System.nanoTime() - known.refusedUntil >= 0);
    if (known != null && !again) {
      known.askedAt = System.nanoTime();
      return known;
    }
    Optional<ResourceDefinitionContext> kind = definition(scope);
    if (kind.isEmpty()) {
      return new Entry(null, 0);
    }
    KindWatch made =
        new KindWatch(
            scope, api, kind.get(), (watch, why) -> later(() -> ended(scope, watch, why)));
    made.store().listen(this::told);
    made.start();
    LOG.info("watching {}", scope);
    return new Entry(made, 0);
  }

  /** Empty also when the server does not tell: then it is asked again soon. */
  private Optional<ResourceDefinitionContext> definition(Scope scope) {
    try {
      return api.definition(scope.apiVersion(), scope.kind());
    } catch (KubernetesClientException e) {
      LOG.info("{}: {}", scope, e.getMessage());
      return Optional.empty();
    }
  }

  private void told(@Nullable JsonObject before, @Nullable JsonObject after) {
    JsonObject any = after == null ? before : after;
    if (any != null && (before == null || after == null || Pruning.isNews(before, after))) {
      listener.changed(ClusterObjects.keyOf(any), after);
    }
  }

  /** Takes in what the server answered to a write of this process, where it is watched. */
  public void keep(ObjectKey key, JsonObject tree) {
    KindWatch watch = watch(key);
    if (watch != null) {
      watch.store().put(watch.kept(tree));
    }
  }

  /**
   * Asks the server for an object that is not known here: its watch may be late, or its kind be
   * served since it was looked for.
   *
   * @return whether there is something to know now
   */
  public boolean arrives(ObjectKey key) throws ApiException {
    if (known(key).isPresent()) {
      return false;
    }
    if (isWatched(key)) {
      api.get(key).ifPresent(live -> keep(key, live));
      return known(key).isPresent();
    }
    Scope scope = Scope.of(key, onlyNamespace);
    Entry entry = entries.get(scope);
    return entry != null
        && entry.isAbsent()
        && isServed(scope).orElse(false)
        && entries.remove(scope, entry);
  }

  /** An object was found to be gone. */
  public void gone(ObjectKey key) {
    KindWatch watch = watch(key);
    if (watch != null) {
      watch.store().get(key.namespace(), key.name()).ifPresent(watch.store()::remove);
    }
  }

  /** An object, if it is watched and there. */
  public Optional<JsonObject> known(ObjectKey key) {
    KindWatch watch = watch(key);
    return watch == null ? Optional.empty() : watch.store().get(key.namespace(), key.name());
  }

  /** Whether an object is watched, so that a state of it from before may have been decided on. */
  public boolean isWatched(ObjectKey key) {
    return watch(key) != null;
  }

  private @Nullable KindWatch watch(ObjectKey key) {
    Entry entry = entries.get(Scope.of(key, onlyNamespace));
    return entry == null ? null : entry.watch;
  }

  /** How many kinds are watched, each namespace of those that are watched by namespace counted. */
  public int count() {
    return (int) entries.values().stream().filter(each -> each.watch != null).count();
  }

  private void later(Runnable work) {
    try {
      housekeeping.execute(work);
    } catch (RejectedExecutionException closed) {
      LOG.trace("closed", closed);
    }
  }

  private void ended(Scope scope, KindWatch watch, Throwable why) {
    Entry entry = entries.get(scope);
    if (entry == null || entry.watch != watch) {
      return;
    }
    if (KindWatch.isAbsent(why)) {
      LOG.warn("{}: no more served; objects that refer to one say so", scope);
      api.forget(scope.apiVersion(), scope.kind());
      entries.put(scope, new Entry(null, 0));
    } else {
      LOG.warn("{}: cannot be watched, and is read when it is needed: {}", scope, why.getMessage());
      entries.put(scope, new Entry(null, System.nanoTime() + REFUSED_RETRY.toNanos()));
    }
    wake(scope);
  }

  private void wake(Scope scope) {
    references.keys().stream().filter(scope::contains).forEach(key -> listener.changed(key, null));
  }

  private void tick() {
    try {
      if (!entries.isEmpty()) {
        Set<Scope> used = new HashSet<>();
        references.keys().forEach(key -> used.add(Scope.of(key, onlyNamespace)));
        entries.forEach((scope, entry) -> look(scope, entry, used.contains(scope)));
      }
    } catch (RuntimeException e) {
      LOG.error("the watches could not be looked after", e);
    }
  }

  private void look(Scope scope, Entry entry, boolean used) {
    if (!used) {
      stopIfUnused(scope);
    } else if (entry.isAbsent()) {
      if (isServed(scope).orElse(false) && entries.remove(scope, entry)) {
        LOG.info("{}: served now", scope);
        wake(scope);
      }
    } else if (entry.watch != null && !entry.watch.isConnected() && !isServed(scope).orElse(true)) {
      // The client library would try to connect for ever, and say nothing.
      if (entries.replace(scope, entry, new Entry(null, 0))) {
        LOG.warn("{}: no more served; objects that refer to one say so", scope);
        entry.watch.stop();
        wake(scope);
      }
    }
  }

  /** Whether the server serves a kind now; empty when it does not say. */
  private Optional<Boolean> isServed(Scope scope) {
    api.forget(scope.apiVersion(), scope.kind());
    try {
      return Optional.of(api.definition(scope.apiVersion(), scope.kind()).isPresent());
    } catch (KubernetesClientException e) {
      LOG.debug("{}: {}", scope, e.getMessage());
      return Optional.empty();
    }
  }

  private void stopIfUnused(Scope scope) {
    entries.computeIfPresent(
        scope,
        (it, entry) -> {
          if (System.nanoTime() - entry.askedAt < kept.toNanos()) {
            return entry;
          }
          if (entry.watch != null) {
            LOG.info("no more watching {}", scope);
            entry.watch.stop();
          }
          return null;
        });
  }

  @Override
  public void close() {
    ticks.cancel(false);
    housekeeping.shutdownNow();
    entries
        .values()
        .forEach(
            each -> {
              if (each.watch != null) {
                each.watch.stop();
              }
            });
  }
}
