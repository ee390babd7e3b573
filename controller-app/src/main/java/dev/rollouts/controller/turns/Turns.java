package dev.rollouts.controller.turns;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Json;
import dev.rollouts.codec.MergePatch;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.Store;
import dev.rollouts.controller.logs.LogFields;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes turns for the objects of one kind: observes, decides, saves the status, performs effects in
 * their order up to the first that is refused, and observes again, until nothing is new. Decisions
 * that only follow from each other are saved together, and a status in which only figures have
 * changed waits a second for more, or ten while the limit of requests is reached. Thread-safe; the
 * turns of one object follow each other.
 *
 * @param <T> the kind
 * @param <S> its status
 */
public abstract class Turns<T extends KubernetesObject, S extends Record> {
  private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

  /** Turns in a row before others get theirs. */
  private static final int TURNS_MAX = 10;

  private static final Duration SOON = Duration.ofMillis(1);

  /** How long figures wait before they are saved. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How long at most they wait while other requests have to wait as well. */
  private static final Duration PATIENCE_IN_CROWDS = Duration.ofSeconds(10);

  private final Surroundings surroundings;
  private final String controller;
  private final String statusResource;
  private final Store<T> store;
  private final Backoff backoff = new Backoff();

  /** What effects came to, until the next decision has seen it. */
  private final Map<String, List<ClusterAnswer>> answers = new ConcurrentHashMap<>();

  /** What was saved and the server did not keep, as its definition of the kind is older, by uid. */
  private final Map<String, Unkept<S>> unkept = new ConcurrentHashMap<>();

  /** Since when figures that are not saved have waited, in {@link System#nanoTime}, by uid. */
  private final Map<String, Long> waiting = new ConcurrentHashMap<>();

  /**
   * Turns of a kind.
   *
   * @param controller name in metrics
   * @param statusResource subresource that the status is written to; empty where there is none
   */
  protected Turns(
      Surroundings surroundings, String controller, String statusResource, Store<T> store) {
    this.surroundings = surroundings;
    this.controller = controller;
    this.statusResource = statusResource;
    this.store = store;
    store.listen(
        (before, after) -> {
          if (before != null && after == null) {
            answers.remove(before.metadata().uid());
            waiting.remove(before.metadata().uid());
            unkept.remove(before.metadata().uid());
            backoff.worked(before.metadata().uid());
          }
        });
  }

  /** Looks at the cluster and decides. */
  protected abstract Decision<S, ClusterEffect> decide(
      T object, List<ClusterAnswer> given, Instant now) throws ApiException;

  /** The status as the object has it, or an empty one. */
  protected abstract S status(T object);

  /** The object with another status. */
  protected abstract T with(T object, S status);

  /** Whether a status has nothing new but what the next decision would find out again. */
  protected abstract boolean isFigures(S before, S after);

  /** The object as the server tells it. */
  protected abstract T read(JsonObject tree);

  /** What a decision was made of. */
  protected record Question<T>(T object, List<ClusterAnswer> given, Instant now) {}

  /**
   * Whether a decision may be acted on. When it rests on something that must be read directly
   * first, that is done here; false when it brought something that was not known.
   */
  protected abstract boolean isSure(Question<T> question, Decision<S, ClusterEffect> decision)
      throws ApiException;

  /**
   * Whether what is known now gives the same decision. After something was read directly it says
   * more than whether that was news: a watch may have told of it a moment before.
   */
  protected final boolean standsStill(Question<T> question, Decision<S, ClusterEffect> decision)
      throws ApiException {
    Decision<S, ClusterEffect> again = decide(question.object(), question.given(), question.now());
    return again.status().equals(decision.status()) && again.effects().equals(decision.effects());
  }

  /** A status was saved; the object has the one before. */
  protected abstract void saved(T object, S after);

  /** Takes turns until nothing is new; when to look again, or null. */
  public final @Nullable Duration take(ObjectMeta meta) {
    long start = System.nanoTime();
    try (LogFields fields = LogFields.of(controller, meta.namespace(), meta.name())) {
      LOG.debug("Started syncing {}", controller);
      Duration again = taken(meta);
      if (LOG.isDebugEnabled()) {
        fields.and(
            "time_ms", Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
        LOG.debug("Reconciliation completed");
      }
      return again;
    }
  }

  private @Nullable Duration taken(ObjectMeta meta) {
    try {
      return turns(meta);
    } catch (ApiException e) {
      LOG.info("{}/{}: {}", meta.namespace(), meta.name(), e.text());
    } catch (RuntimeException e) { // our own bugs included: no object must stop in silence
      LOG.error("{}/{}: the turn broke, and is taken again", meta.namespace(), meta.name(), e);
    }
    surroundings.metrics().failed(controller, meta);
    return backoff.failed(meta.uid());
  }

  private @Nullable Duration turns(ObjectMeta meta) throws ApiException {
    for (int turn = 0; turn < TURNS_MAX; turn++) {
      T object = store.get(meta.namespace(), meta.name()).orElse(null);
      if (object == null
          || !object.metadata().uid().equals(meta.uid())
          || object.metadata().deletionTimestamp() != null) {
        return null;
      }
      Decision<S, ClusterEffect> decision = settled(object).orElse(null);
      if (decision == null) {
        continue;
      }
      Outcome outcome = act(object, decision);
      if (outcome == Outcome.REFUSED) {
        return backoff.failed(meta.uid());
      }
      backoff.worked(meta.uid());
      if (outcome == Outcome.NOTHING) {
        return sooner(decision.wakeUp().map(this::until).orElse(null), figuresDue(meta));
      }
    }
    return SOON;
  }

  /**
   * A decision, or what comes of several that follow from each other alone; empty when something
   * was read that was not known.
   */
  private Optional<Decision<S, ClusterEffect>> settled(T object) throws ApiException {
    T seen = object;
    List<ClusterAnswer> given = answers.getOrDefault(object.metadata().uid(), List.of());
    List<ClusterEffect> effects = new ArrayList<>();
    for (int turn = 1; ; turn++) {
      Instant now = surroundings.clock().instant();
      Decision<S, ClusterEffect> decision = decide(seen, given, now);
      if (!isSure(new Question<>(seen, given, now), decision)) {
        return Optional.empty();
      }
      effects.addAll(decision.effects());
      boolean acts =
          decision.effects().stream().anyMatch(it -> !(it instanceof ClusterEffect.Announce));
      if (acts || turn == TURNS_MAX || decision.status().equals(status(seen))) {
        return Optional.of(
            new Decision<>(decision.status(), effects, decision.wakeUp(), decision.reasons()));
      }
      seen = with(seen, decision.status());
      given = List.of();
    }
  }

  private static @Nullable Duration sooner(@Nullable Duration one, @Nullable Duration other) {
    return one == null || (other != null && other.compareTo(one) < 0) ? other : one;
  }

  /** In how long to look at figures that wait; null when there are none. */
  private @Nullable Duration figuresDue(ObjectMeta meta) {
    Long since = waiting.get(meta.uid());
    if (since == null) {
      return null;
    }
    Duration left = PATIENCE.minusNanos(System.nanoTime() - since);
    return left.compareTo(SOON) < 0 ? PATIENCE : left;
  }

  private Duration until(Instant at) {
    Duration left = Duration.between(surroundings.clock().instant(), at);
    return left.compareTo(SOON) < 0 ? SOON : left;
  }

  /** What a server made of a status. */
  private record Unkept<S>(S stored, S wanted) {}

  private enum Outcome {
    NOTHING,
    DONE,
    REFUSED
  }

  private Outcome act(T object, Decision<S, ClusterEffect> decision) {
    ObjectMeta meta = object.metadata();
    answers.remove(meta.uid());
    boolean news = isDue(object, decision);
    if (!news) {
      LOG.debug("No status changes. Skipping patch");
    }
    if (news && !save(object, decision.status())) {
      return Outcome.REFUSED;
    }
    Effects effects = new Effects(surroundings, object);
    List<ClusterAnswer> given = new ArrayList<>();
    boolean refused = false;
    for (ClusterEffect effect : decision.effects()) {
      if (refused && !(effect instanceof ClusterEffect.Announce announce && announce.ofStatus())) {
        continue;
      }
      if (effect instanceof ClusterEffect.Retry retry) {
        LOG.info("{}/{}: {}", meta.namespace(), meta.name(), retry.error());
        surroundings.metrics().failed(controller, meta);
        refused = true;
        continue;
      }
      Optional<ClusterAnswer> answer = effect.accept(effects);
      answer.ifPresent(given::add);
      news |= !(effect instanceof ClusterEffect.Announce);
      if (answer.orElse(null) instanceof ClusterAnswer.Refused no) {
        refused |= no.why() != ClusterAnswer.Refusal.BLOCKED;
        if (no.why() == ClusterAnswer.Refusal.OTHER) {
          surroundings.metrics().failed(controller, meta);
        }
      }
    }
    if (!given.isEmpty()) {
      answers.put(meta.uid(), List.copyOf(given));
    }
    return refused ? Outcome.REFUSED : news ? Outcome.DONE : Outcome.NOTHING;
  }

  /** Whether the status is saved now. */
  private boolean isDue(T object, Decision<S, ClusterEffect> decision) {
    String uid = object.metadata().uid();
    boolean figures =
        isFigures(status(object), decision.status())
            && decision.effects().stream()
                .noneMatch(it -> it instanceof ClusterEffect.Announce said && said.ofStatus());
    boolean isNew =
        !decision.status().equals(status(object))
            && !new Unkept<>(status(object), decision.status()).equals(unkept.get(uid));
    if (isNew && figures) {
      long now = System.nanoTime();
      Long since = waiting.putIfAbsent(uid, now);
      Duration limit = surroundings.gate().isCrowded() ? PATIENCE_IN_CROWDS : PATIENCE;
      if (since == null || now - since < limit.toNanos()) {
        return false;
      }
    }
    waiting.remove(uid);
    return isNew;
  }

  private boolean save(T object, S status) {
    ObjectMeta meta = object.metadata();
    Map<String, @Nullable Object> patch = new LinkedHashMap<>();
    patch.put("metadata", Map.of("resourceVersion", meta.resourceVersion()));
    patch.put("status", MergePatch.between(Wire.encode(status(object)), Wire.encode(status)));
    ObjectKey key = key(object);
    try {
      T stored = read(surroundings.api().patch(key, statusResource, patch));
      store.put(stored);
      if (LOG.isDebugEnabled()) {
        LOG.debug("Patched: {}", Json.write(patch));
      }
      noteUnkept(object, stored, status);
      saved(object, status);
      return true;
    } catch (ApiException e) {
      if (e.refusal() == ClusterAnswer.Refusal.CONFLICT) {
        try {
          surroundings.api().get(key).ifPresent(it -> store.put(read(it)));
        } catch (ApiException later) {
          LOG.debug("{}/{}: {}", meta.namespace(), meta.name(), later.text());
        }
      } else if (e.refusal() != ClusterAnswer.Refusal.NOT_FOUND) {
        LOG.info("{}/{}: the status is not saved: {}", meta.namespace(), meta.name(), e.text());
        surroundings.metrics().failed(controller, meta);
      }
      return false;
    }
  }

  /**
   * A definition that is older than this process has the server drop what it does not know (O-072):
   * saving that again and again would never end.
   */
  private void noteUnkept(T object, T stored, S status) {
    ObjectMeta meta = object.metadata();
    if (!stored.metadata().resourceVersion().equals(meta.resourceVersion())) {
      unkept.remove(meta.uid());
    } else if (unkept.put(meta.uid(), new Unkept<>(status(stored), status)) == null) {
      LOG.warn(
          "{}/{}: this cluster does not keep all of the status of a {}: {}; apply the definitions of this version",
          meta.namespace(),
          meta.name(),
          object.kind(),
          MergePatch.between(Wire.encode(status(stored)), Wire.encode(status)).keySet());
    }
  }

  /** The key of an object of the kind. */
  protected static ObjectKey key(KubernetesObject object) {
    return new ObjectKey(
        KubernetesObject.API_VERSION,
        object.kind(),
        object.metadata().namespace(),
        object.metadata().name());
  }
}
