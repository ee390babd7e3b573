package dev.rollouts.controller;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.analysis.AnalysisReconciler;
import dev.rollouts.controller.events.EventRecorder;
import dev.rollouts.controller.kube.AnalysisRunResource;
import dev.rollouts.controller.kube.ExperimentResource;
import dev.rollouts.controller.kube.References;
import dev.rollouts.controller.kube.RolloutResource;
import dev.rollouts.controller.kube.Signals;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.metrics.ControllerMetrics;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is woken by what: owners by what they own, others by what they looked at in their last turn.
 * Thread-safe.
 */
final class Wakes {
  private final Stores stores;
  private final References references;
  private final Signals<Rollout, RolloutResource> rollouts;
  private final Signals<Experiment, ExperimentResource> experiments;
  private final Signals<AnalysisRun, AnalysisRunResource> runs;
  private final ControllerMetrics metrics;
  private final EventRecorder events;

  Wakes(
      Stores stores,
      References references,
      Signals<Rollout, RolloutResource> rollouts,
      Signals<Experiment, ExperimentResource> experiments,
      Signals<AnalysisRun, AnalysisRunResource> runs,
      ControllerMetrics metrics,
      EventRecorder events) {
    this.stores = stores;
    this.references = references;
    this.rollouts = rollouts;
    this.experiments = experiments;
    this.runs = runs;
    this.metrics = metrics;
    this.events = events;
  }

  /** Has everything looked at. */
  void wakeAll() {
    stores.rollouts().all().forEach(it -> wake(rollouts, it.metadata()));
    stores.experiments().all().forEach(it -> wake(experiments, it.metadata()));
    stores.analysisRuns().all().forEach(it -> wake(runs, it.metadata()));
  }

  private static void wake(Signals<?, ?> signals, ObjectMeta object) {
    signals.wake(object.namespace(), object.name());
  }

  /** From now on changes of what the stores have wake others. */
  void listen() {
    stores.rollouts().listen(this::rolloutChanged);
    stores.replicaSets().listen(this::replicaSetChanged);
    stores.experiments().listen(this::experimentChanged);
    stores.services().listen(this::objectChanged);
    stores.ingresses().listen(this::objectChanged);
    stores.templates().listen(this::templateChanged);
    stores.clusterTemplates().listen(this::clusterTemplateChanged);
  }

  private void rolloutChanged(@Nullable Rollout before, @Nullable Rollout after) {
    if (after == null && before != null) {
      references.forget(before.metadata());
      metrics.gone("Rollout", before.metadata());
      events.record(
          before,
          Event.normal(
              "RolloutDeleted",
              "Rollout %s/%s is deleted."
                  .formatted(before.metadata().name(), before.metadata().namespace())));
    } else if (before == null && after != null) {
      metrics.exists("Rollout", after.metadata());
      events.record(
          after,
          Event.normal(
              "RolloutAddedToInformer",
              "Rollout resource added to informer: %s/%s"
                  .formatted(after.metadata().namespace(), after.metadata().name())));
    }
  }

  private void replicaSetChanged(@Nullable ReplicaSet before, @Nullable ReplicaSet after) {
    ReplicaSet any = after == null ? before : after;
    if (any == null) {
      return;
    }
    if (!wakeOwner(any.metadata())) {
      for (Rollout each : stores.rollouts().in(any.metadata().namespace())) {
        if (each.spec().selector() == null
            ? each.spec().workloadRef() != null
            : each.spec().selector().matches(any.metadata().labels())) {
          rollouts.wake(each.metadata().namespace(), each.metadata().name());
        }
      }
    }
    if (before != null
        && after != null
        && !before.metadata().controllerUid().equals(after.metadata().controllerUid())) {
      wakeOwner(before.metadata());
    }
  }

  void runChanged(
      @Nullable AnalysisRun before, @Nullable AnalysisRun after, AnalysisReconciler analyses) {
    if (before != null
        && after != null
        && before.statusOrPending().phase() == after.statusOrPending().phase()
        && before.statusOrPending().message().equals(after.statusOrPending().message())) {
      return;
    }
    if (after == null && before != null) {
      analyses.gone(before);
    }
    AnalysisRun any = after == null ? before : after;
    if (any != null) {
      wakeOwner(any.metadata());
      noteLife("AnalysisRun", any.metadata(), before == null, after == null);
    }
  }

  private void experimentChanged(@Nullable Experiment before, @Nullable Experiment after) {
    Experiment any = after == null ? before : after;
    if (any != null) {
      wakeOwner(any.metadata());
      noteLife("Experiment", any.metadata(), before == null, after == null);
    }
  }

  /** Series of what is gone go too; what is there again keeps them. */
  private void noteLife(String kind, ObjectMeta object, boolean isNew, boolean isGone) {
    if (isGone) {
      metrics.gone(kind, object);
    } else if (isNew) {
      metrics.exists(kind, object);
    }
  }

  private boolean wakeOwner(ObjectMeta child) {
    for (ObjectMeta.OwnerReference owner : child.ownerReferences()) {
      if (owner.controller()) {
        switch (owner.kind()) {
          case "Rollout" -> rollouts.wake(child.namespace(), owner.name());
          case "Experiment" -> experiments.wake(child.namespace(), owner.name());
          default -> {
            // Somebody else's.
          }
        }
        return true;
      }
    }
    return false;
  }

  private void objectChanged(@Nullable JsonObject before, @Nullable JsonObject after) {
    JsonObject any = after == null ? before : after;
    if (any != null) {
      ObjectKey key = ClusterObjects.keyOf(any);
      wakeDependents(key);
      wakeOwner(ClusterObjects.metadata(any));
    }
  }

  private void templateChanged(
      @Nullable AnalysisTemplate before, @Nullable AnalysisTemplate after) {
    AnalysisTemplate any = after == null ? before : after;
    if (any != null) {
      ObjectMeta meta = any.metadata();
      wakeDependents(References.template(meta.namespace(), new TemplateRef(meta.name(), false)));
    }
  }

  private void clusterTemplateChanged(
      @Nullable ClusterAnalysisTemplate before, @Nullable ClusterAnalysisTemplate after) {
    ClusterAnalysisTemplate any = after == null ? before : after;
    if (any != null) {
      wakeDependents(References.template("", new TemplateRef(any.metadata().name(), true)));
    }
  }

  /** An object was created, changed or deleted. */
  void wakeDependents(ObjectKey key) {
    List<References.Dependent> dependents = references.on(key);
    dependents.forEach(each -> rollouts.wake(each.namespace(), each.name()));
  }
}
