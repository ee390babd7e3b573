package dev.rollouts.controller.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.controller.kube.Objects;
import dev.rollouts.controller.kube.References;
import dev.rollouts.controller.kube.RolloutResource;
import dev.rollouts.controller.kube.Signals;
import dev.rollouts.controller.turns.Surroundings;
import dev.rollouts.engine.rollout.RolloutEngine;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;

/** Looks after Rollouts. */
public final class RolloutReconciler implements Reconciler<RolloutResource> {
  private final RolloutTurns turns;
  private final Signals<Rollout, RolloutResource> signals;

  /** A reconciler; {@code signals} wakes it. */
  public RolloutReconciler(
      RolloutEngine engine,
      Surroundings surroundings,
      Objects objects,
      References references,
      Signals<Rollout, RolloutResource> signals) {
    this.turns = new RolloutTurns(engine, surroundings, objects, references);
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
    Duration again = turns.take(resource.value().metadata());
    UpdateControl<RolloutResource> control = UpdateControl.noUpdate();
    return again == null ? control : control.rescheduleAfter(again);
  }
}
