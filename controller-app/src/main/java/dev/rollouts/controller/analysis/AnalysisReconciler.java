package dev.rollouts.controller.analysis;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.controller.kube.AnalysisRunResource;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.Signals;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.metrics.ControllerMetrics;
import dev.rollouts.runner.AnalysisRunner;
import dev.rollouts.runner.RunHandle;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands AnalysisRuns to the runner, which decides, measures and waits on threads of its own, and
 * tells it when one has changed.
 */
public final class AnalysisReconciler implements Reconciler<AnalysisRunResource> {
  private final AnalysisRunner runner;
  private final Api api;
  private final Stores stores;
  private final String controllerNamespace;
  private final Signals<AnalysisRun, AnalysisRunResource> signals;
  private final ControllerMetrics metrics;
  private final Map<String, AnalysisRunner> byNamespace = new ConcurrentHashMap<>();

  /**
   * A reconciler.
   *
   * @param runner whose threads, providers and listeners are used
   * @param controllerNamespace where credentials of providers are
   */
  public AnalysisReconciler(
      AnalysisRunner runner,
      Api api,
      Stores stores,
      String controllerNamespace,
      Signals<AnalysisRun, AnalysisRunResource> signals,
      ControllerMetrics metrics) {
    this.runner = runner;
    this.api = api;
    this.stores = stores;
    this.controllerNamespace = controllerNamespace;
    this.signals = signals;
    this.metrics = metrics;
  }

  @Override
  public List<EventSource<?, AnalysisRunResource>> prepareEventSources(
      EventSourceContext<AnalysisRunResource> context) {
    return List.of(signals);
  }

  @Override
  public UpdateControl<AnalysisRunResource> reconcile(
      AnalysisRunResource resource, Context<AnalysisRunResource> context) {
    ObjectMeta meta = resource.value().metadata();
    if (meta.deletionTimestamp() == null) {
      runnerFor(meta.namespace()).resume(meta.name());
    }
    return UpdateControl.noUpdate();
  }

  /** The run is gone: what is under way for it is given up. */
  public void gone(AnalysisRun run) {
    runnerFor(run.metadata().namespace())
        .find(run.metadata().name())
        .filter(it -> it.run().metadata().uid().equals(run.metadata().uid()))
        .ifPresent(RunHandle::cancel);
  }

  private AnalysisRunner runnerFor(String namespace) {
    return byNamespace.computeIfAbsent(
        namespace,
        there ->
            runner.forNamespace(
                there,
                new KubernetesRunStore(
                    api, stores.analysisRuns(), there, run -> metrics.failed("analysisrun", run)),
                new KubernetesSecrets(api, there, controllerNamespace)));
  }
}
