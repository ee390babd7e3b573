package dev.rollouts.controller.rollout;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.MergePatch;
import dev.rollouts.controller.events.EventRecorder;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.Backoff;
import dev.rollouts.controller.kube.Effects;
import dev.rollouts.controller.kube.Objects;
import dev.rollouts.controller.kube.Plugins;
import dev.rollouts.controller.kube.References;
import dev.rollouts.controller.kube.ReplicaSetTree;
import dev.rollouts.controller.kube.RolloutResource;
import dev.rollouts.controller.kube.Signals;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.metrics.ControllerMetrics;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after Rollouts: observes, decides, saves the status, performs effects in their order up to
 * the first that is refused, and observes again, until nothing is new.
 */
public final class RolloutReconciler implements Reconciler<RolloutResource> {
  private static final Logger LOG = LoggerFactory.getLogger(RolloutReconciler.class);

  /** Turns in a row before others get theirs. */
  private static final int TURNS_MAX = 10;

  private final RolloutEngine engine;
  private final Api api;
  private final Stores stores;
  private final RolloutObserver observer;
  private final EventRecorder events;
  private final Plugins plugins;
  private final ControllerMetrics metrics;
  private final Clock clock;
  private final Signals<Rollout, RolloutResource> signals;
  private final Backoff backoff = new Backoff();

  /** What effects came to, until the next decision has seen it. */
  private final Map<String, List<ClusterAnswer>> answers = new ConcurrentHashMap<>();

  /** A reconciler; {@code signals} wakes it. */
  public RolloutReconciler(
      RolloutEngine engine,
      Api api,
      Stores stores,
      Objects objects,
      References references,
      EventRecorder events,
      Plugins plugins,
      ControllerMetrics metrics,
      Clock clock,
      Signals<Rollout, RolloutResource> signals) {
    this.engine = engine;
    this.api = api;
    this.stores = stores;
    this.observer = new RolloutObserver(engine, api, stores, objects, references);
    this.events = events;
    this.plugins = plugins;
    this.metrics = metrics;
    this.clock = clock;
    this.signals = signals;
  }

  @Override
  public List<EventSource<?, RolloutResource>> prepareEventSources(
      EventSourceContext<RolloutResource> context) {
    return List.of(signals);
  }

  @Override
  public UpdateControl<RolloutResource> reconcile(
      RolloutResource resource, Context<RolloutResource> context) {
    ObjectMeta meta = resource.value().metadata();
    Duration again = null;
    try {
      again = turns(meta);
    } catch (ApiException e) {
      LOG.info("{}/{}: {}", meta.namespace(), meta.name(), e.text());
      metrics.failed("rollout", meta);
      again = backoff.failed(meta.uid());
    } catch (RuntimeException e) { // our own bugs included: a rollout must not stop in silence
      LOG.error("{}/{}: the turn broke, and is taken again", meta.namespace(), meta.name(), e);
      metrics.failed("rollout", meta);
      again = backoff.failed(meta.uid());
    }
    UpdateControl<RolloutResource> control = UpdateControl.noUpdate();
    return again == null ? control : control.rescheduleAfter(again);
  }

  /** Takes turns until nothing is new; when to look again, or null. */
  private @Nullable Duration turns(ObjectMeta meta) throws ApiException {
    for (int turn = 0; turn < TURNS_MAX; turn++) {
      Rollout rollout = stores.rollouts().get(meta.namespace(), meta.name()).orElse(null);
      if (rollout == null || !rollout.metadata().uid().equals(meta.uid())) {
        answers.remove(meta.uid());
        return null;
      }
      Instant now = clock.instant();
      RolloutObservations seen =
          observer.observe(rollout, answers.getOrDefault(meta.uid(), List.of()), now);
      Decision<RolloutStatus, ClusterEffect> decision = engine.decide(rollout, seen, now);
      if (mustBeSure(rollout, decision) && !isSure(rollout)) {
        continue;
      }
      Outcome outcome = act(rollout, decision);
      if (outcome == Outcome.REFUSED) {
        return backoff.failed(meta.uid());
      }
      backoff.worked(meta.uid());
      if (outcome == Outcome.NOTHING) {
        return decision.wakeUp().map(at -> until(at)).orElse(null);
      }
    }
    return Duration.ofMillis(1);
  }

  /**
   * Whether the decision rests on something that must be read directly first: that nothing has
   * moved for so long (pain 1), or that the rollout still exists, before something is made for it
   * (pain 67).
   */
  private static boolean mustBeSure(
      Rollout rollout, Decision<RolloutStatus, ClusterEffect> decision) {
    return RolloutEngine.givesUp(rollout.statusOrEmpty(), decision)
        || decision.effects().stream().anyMatch(ClusterEffect.CreateReplicaSet.class::isInstance);
  }

  /** Reads directly; false when that brings something that was not known. */
  private boolean isSure(Rollout rollout) throws ApiException {
    ObjectMeta meta = rollout.metadata();
    ObjectKey key =
        new ObjectKey(KubernetesObject.API_VERSION, "Rollout", meta.namespace(), meta.name());
    Optional<JsonObject> live = api.get(key);
    if (live.isEmpty()) {
      stores.rollouts().remove(rollout);
      return false;
    }
    boolean news = keep(live.get());
    for (ReplicaSet each : stores.replicaSets().ownedBy(meta.uid())) {
      Optional<JsonObject> set =
          api.get(new ObjectKey("apps/v1", "ReplicaSet", meta.namespace(), each.name()));
      if (set.isEmpty()) {
        stores.replicaSets().remove(each);
        news = true;
      } else {
        news |= stores.replicaSets().put(ReplicaSetTree.read(set.get()));
      }
    }
    return !news;
  }

  private Duration until(Instant at) {
    Duration left = Duration.between(clock.instant(), at);
    return left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
  }

  private enum Outcome {
    NOTHING,
    DONE,
    REFUSED
  }

  private Outcome act(Rollout rollout, Decision<RolloutStatus, ClusterEffect> decision) {
    String uid = rollout.metadata().uid();
    boolean news = false;
    if (!decision.status().equals(rollout.statusOrEmpty())) {
      if (!save(rollout, decision.status())) {
        answers.remove(uid);
        return Outcome.REFUSED;
      }
      news = true;
    }
    Effects effects = new Effects(api, stores, events, plugins, rollout);
    List<ClusterAnswer> given = new ArrayList<>();
    boolean refused = false;
    for (ClusterEffect effect : decision.effects()) {
      if (refused && !(effect instanceof ClusterEffect.Announce announce && announce.ofStatus())) {
        continue;
      }
      if (effect instanceof ClusterEffect.Retry retry) {
        LOG.info(
            "{}/{}: {}", rollout.metadata().namespace(), rollout.metadata().name(), retry.error());
        metrics.failed("rollout", rollout.metadata());
        refused = true;
        continue;
      }
      Optional<ClusterAnswer> answer = effect.accept(effects);
      answer.ifPresent(given::add);
      news |= !(effect instanceof ClusterEffect.Announce);
      if (answer.orElse(null) instanceof ClusterAnswer.Refused no
          && no.why() != ClusterAnswer.Refusal.BLOCKED) {
        refused = true;
      }
    }
    if (given.isEmpty()) {
      answers.remove(uid);
    } else {
      answers.put(uid, List.copyOf(given));
    }
    return refused ? Outcome.REFUSED : news ? Outcome.DONE : Outcome.NOTHING;
  }

  private boolean save(Rollout rollout, RolloutStatus status) {
    ObjectMeta meta = rollout.metadata();
    Map<String, @Nullable Object> change =
        MergePatch.between(Wire.encode(rollout.statusOrEmpty()), Wire.encode(status));
    if (rollout.status() == null && change.isEmpty()) {
      return true;
    }
    Map<String, @Nullable Object> patch = new LinkedHashMap<>();
    patch.put("metadata", Map.of("resourceVersion", meta.resourceVersion()));
    patch.put("status", change);
    ObjectKey key =
        new ObjectKey(KubernetesObject.API_VERSION, "Rollout", meta.namespace(), meta.name());
    try {
      keep(api.patch(key, "status", patch));
      metrics.saved(rollout.statusOrEmpty(), status, clock.instant());
      return true;
    } catch (ApiException e) {
      if (e.refusal() == ClusterAnswer.Refusal.CONFLICT) {
        try {
          api.get(key).ifPresent(this::keep);
        } catch (ApiException later) {
          LOG.debug("{}/{}: {}", meta.namespace(), meta.name(), later.text());
        }
      } else if (e.refusal() != ClusterAnswer.Refusal.NOT_FOUND) {
        LOG.info("{}/{}: the status is not saved: {}", meta.namespace(), meta.name(), e.text());
      }
      return false;
    }
  }

  private boolean keep(JsonObject tree) {
    return stores.rollouts().put(Wire.decode(Rollout.class, tree.fields()).value());
  }
}
