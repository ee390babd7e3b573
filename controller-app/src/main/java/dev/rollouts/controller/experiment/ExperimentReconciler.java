package dev.rollouts.controller.experiment;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.MergePatch;
import dev.rollouts.controller.events.EventRecorder;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.Backoff;
import dev.rollouts.controller.kube.Effects;
import dev.rollouts.controller.kube.ExperimentResource;
import dev.rollouts.controller.kube.Objects;
import dev.rollouts.controller.kube.Plugins;
import dev.rollouts.controller.kube.Signals;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.metrics.ControllerMetrics;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.experiment.ExperimentEngine;
import dev.rollouts.engine.experiment.ExperimentObservations;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after Experiments, as the reconciler of Rollouts does after those. */
public final class ExperimentReconciler implements Reconciler<ExperimentResource> {
  private static final Logger LOG = LoggerFactory.getLogger(ExperimentReconciler.class);
  private static final int TURNS_MAX = 10;
  private static final int ROUNDS_MAX = 5;

  private final ExperimentEngine engine = new ExperimentEngine();
  private final Api api;
  private final Stores stores;
  private final Objects objects;
  private final EventRecorder events;
  private final Plugins plugins;
  private final ControllerMetrics metrics;
  private final Clock clock;
  private final Signals<Experiment, ExperimentResource> signals;
  private final Backoff backoff = new Backoff();
  private final Map<String, List<ClusterAnswer>> answers = new ConcurrentHashMap<>();

  /** A reconciler; {@code signals} wakes it. */
  public ExperimentReconciler(
      Api api,
      Stores stores,
      Objects objects,
      EventRecorder events,
      Plugins plugins,
      ControllerMetrics metrics,
      Clock clock,
      Signals<Experiment, ExperimentResource> signals) {
    this.api = api;
    this.stores = stores;
    this.objects = objects;
    this.events = events;
    this.plugins = plugins;
    this.metrics = metrics;
    this.clock = clock;
    this.signals = signals;
  }

  @Override
  public List<EventSource<?, ExperimentResource>> prepareEventSources(
      EventSourceContext<ExperimentResource> context) {
    return List.of(signals);
  }

  @Override
  public UpdateControl<ExperimentResource> reconcile(
      ExperimentResource resource, Context<ExperimentResource> context) {
    ObjectMeta meta = resource.value().metadata();
    Duration again;
    try {
      again = turns(meta);
    } catch (RuntimeException e) { // our own bugs included: an experiment must not stop in silence
      LOG.error("{}/{}: the turn broke, and is taken again", meta.namespace(), meta.name(), e);
      metrics.failed("experiment", meta);
      again = backoff.failed(meta.uid());
    }
    UpdateControl<ExperimentResource> control = UpdateControl.noUpdate();
    return again == null ? control : control.rescheduleAfter(again);
  }

  private @Nullable Duration turns(ObjectMeta meta) {
    for (int turn = 0; turn < TURNS_MAX; turn++) {
      Experiment experiment = stores.experiments().get(meta.namespace(), meta.name()).orElse(null);
      if (experiment == null
          || !experiment.metadata().uid().equals(meta.uid())
          || experiment.metadata().deletionTimestamp() != null) {
        answers.remove(meta.uid());
        return null;
      }
      Instant now = clock.instant();
      Decision<ExperimentStatus, ClusterEffect> decision =
          engine.decide(experiment, observe(experiment), now);
      boolean saved = !decision.status().equals(experiment.statusOrEmpty());
      if (saved && !save(experiment, decision.status())) {
        answers.remove(meta.uid());
        return backoff.failed(meta.uid());
      }
      if (!perform(experiment, decision.effects())) {
        return backoff.failed(meta.uid());
      }
      backoff.worked(meta.uid());
      boolean acted =
          decision.effects().stream().anyMatch(it -> !(it instanceof ClusterEffect.Announce));
      if (!saved && !acted) {
        return decision
            .wakeUp()
            .map(
                at -> {
                  Duration left = Duration.between(clock.instant(), at);
                  return left.toMillis() < 1 ? Duration.ofMillis(1) : left;
                })
            .orElse(null);
      }
    }
    return Duration.ofMillis(1);
  }

  private ExperimentObservations observe(Experiment experiment) {
    ObjectMeta meta = experiment.metadata();
    List<ReplicaSet> sets =
        related(
            stores.replicaSets().ownedBy(meta.uid()),
            stores.replicaSets().named(meta.namespace(), meta.name() + "-"),
            ReplicaSet::metadata);
    List<AnalysisRun> runs =
        related(
            stores.analysisRuns().ownedBy(meta.uid()),
            stores.analysisRuns().named(meta.namespace(), meta.name() + "-"),
            AnalysisRun::metadata);
    List<Service> services = new ArrayList<>();
    Map<ObjectKey, JsonObject> trees = new LinkedHashMap<>();
    for (JsonObject tree :
        related(
            stores.services().ownedBy(meta.uid()),
            stores.services().named(meta.namespace(), meta.name() + "-"),
            ClusterObjects::metadata)) {
      trees.put(ObjectKey.service(meta.namespace(), ClusterObjects.metadata(tree).name()), tree);
    }
    ClusterObjects read = ClusterObjects.of(trees);
    trees
        .keySet()
        .forEach(key -> read.service(key.namespace(), key.name()).ifPresent(services::add));
    List<ClusterAnswer> given = answers.getOrDefault(meta.uid(), List.of());
    Map<TemplateRef, AnalysisTemplateSpec> templates = Map.of();
    ExperimentObservations seen =
        new ExperimentObservations(sets, services, runs, templates, given);
    for (int round = 0; round < ROUNDS_MAX; round++) {
      Set<TemplateRef> named = engine.reads(experiment, seen);
      Map<TemplateRef, AnalysisTemplateSpec> found = objects.templates(meta.namespace(), named);
      if (found.equals(templates)) {
        break;
      }
      templates = found;
      seen = new ExperimentObservations(sets, services, runs, templates, given);
    }
    return seen;
  }

  private static <T> List<T> related(
      Iterable<T> owned, Iterable<T> named, Function<T, ObjectMeta> metadata) {
    Map<String, T> found = new LinkedHashMap<>();
    named.forEach(each -> found.put(metadata.apply(each).name(), each));
    owned.forEach(each -> found.put(metadata.apply(each).name(), each));
    return List.copyOf(found.values());
  }

  private boolean save(Experiment experiment, ExperimentStatus status) {
    ObjectMeta meta = experiment.metadata();
    Map<String, @Nullable Object> patch = new LinkedHashMap<>();
    patch.put("metadata", Map.of("resourceVersion", meta.resourceVersion()));
    patch.put(
        "status", MergePatch.between(Wire.encode(experiment.statusOrEmpty()), Wire.encode(status)));
    ObjectKey key =
        new ObjectKey(KubernetesObject.API_VERSION, "Experiment", meta.namespace(), meta.name());
    try {
      keep(api.patch(key, "", patch));
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

  private void keep(JsonObject tree) {
    stores.experiments().put(Wire.decode(Experiment.class, tree.fields()).value());
  }

  private boolean perform(Experiment experiment, List<ClusterEffect> effects) {
    Effects performer = new Effects(api, stores, events, plugins, experiment);
    List<ClusterAnswer> given = new ArrayList<>();
    boolean worked = true;
    for (ClusterEffect effect : effects) {
      if (effect instanceof ClusterEffect.Retry) {
        worked = false;
        break;
      }
      Optional<ClusterAnswer> answer = effect.accept(performer);
      answer.ifPresent(given::add);
      if (answer.orElse(null) instanceof ClusterAnswer.Refused) {
        worked = false;
        break;
      }
    }
    answers.put(experiment.metadata().uid(), List.copyOf(given));
    return worked;
  }
}
