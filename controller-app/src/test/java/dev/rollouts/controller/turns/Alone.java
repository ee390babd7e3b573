package dev.rollouts.controller.turns;

import dev.rollouts.controller.aws.AwsVerification;
import dev.rollouts.controller.events.EventRecorder;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.LateObjects;
import dev.rollouts.controller.kube.Objects;
import dev.rollouts.controller.kube.References;
import dev.rollouts.controller.kube.RequestGate;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.kube.Watches;
import dev.rollouts.controller.metrics.ControllerMetrics;
import dev.rollouts.controller.tracing.Tracing;
import dev.rollouts.engine.traffic.RouterSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What turns need, without a controller: nobody fills the stores but the test. */
public final class Alone implements AutoCloseable {
  private final Api api;
  private final References references = new References();
  private final Watches watches;
  private final Plugins plugins = new Plugins(Map.of(), Map.of(), Duration.ofSeconds(1), List.of());
  private final EventRecorder events;
  private final RequestGate gate;

  /**
   * Surroundings of one namespace.
   *
   * @param watcher whose watches on demand these are
   * @param namespace empty for all
   */
  public Alone(
      KubernetesClient client, KubernetesClient watcher, String namespace, RequestGate gate) {
    this.api = new Api(client);
    this.watches = new Watches(new Api(watcher), references, namespace, (key, now) -> {});
    this.events = new EventRecorder(api, Clock.systemUTC(), (object, event) -> {});
    this.gate = gate;
  }

  /** Lets everything pass. */
  public static RequestGate open() {
    return new RequestGate(0, 1, () -> true, (kind, where, name, verb, code) -> {});
  }

  public Api api() {
    return api;
  }

  public References references() {
    return references;
  }

  public Watches watches() {
    return watches;
  }

  /** Objects of these stores, and on demand. */
  public Objects objects(Stores stores) {
    return new Objects(api, stores, watches);
  }

  /** All that reconcilers share. */
  public Surroundings surroundings(Stores stores, Clock clock) {
    return new Surroundings(
        api,
        stores,
        watches,
        new LateObjects(api, stores, watches, "", true),
        events,
        plugins,
        new AwsVerification(api, stores, RouterSettings.defaults()),
        new ControllerMetrics(new PrometheusRegistry(), clock),
        Tracing.off(),
        gate,
        clock);
  }

  @Override
  public void close() {
    watches.close();
    plugins.close();
    events.close();
  }
}
