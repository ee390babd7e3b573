package dev.rollouts.controller.experiment;

import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.controller.kube.ExperimentResource;
import dev.rollouts.controller.kube.Objects;
import dev.rollouts.controller.kube.Signals;
import dev.rollouts.controller.turns.Surroundings;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;

/** Looks after Experiments. */
public final class ExperimentReconciler implements Reconciler<ExperimentResource> {
  private final ExperimentTurns turns;
  private final Signals<Experiment, ExperimentResource> signals;

  /** A reconciler; {@code signals} wakes it. */
  public ExperimentReconciler(
      Surroundings surroundings, Objects objects, Signals<Experiment, ExperimentResource> signals) {
    this.turns = new ExperimentTurns(surroundings, objects);
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
    Duration again = turns.take(resource.value().metadata());
    UpdateControl<ExperimentResource> control = UpdateControl.noUpdate();
    return again == null ? control : control.rescheduleAfter(again);
  }
}
