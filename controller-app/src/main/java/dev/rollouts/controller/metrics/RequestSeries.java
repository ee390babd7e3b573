package dev.rollouts.controller.metrics;

import dev.rollouts.controller.kube.RequestGate;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Counts requests to the API server by the object that they are about. Objects come and go, so only
 * those that were asked for last have series; the others' are dropped. Thread-safe.
 */
final class RequestSeries implements RequestGate.Counter {
  private final Counter requests;
  private final Map<About, Map<Outcome, CounterDataPoint>> known;

  private record About(String kind, String namespace, String name) {}

  private record Outcome(String verb, String code) {}

  /**
   * A counter.
   *
   * @param objectsMax of how many objects series are kept
   */
  RequestSeries(PrometheusRegistry registry, int objectsMax) {
    this.requests =
        Counter.builder()
            .name("controller_clientset_k8s_request_total")
            .help("Requests to the API server.")
            .labelNames("kind", "namespace", "name", "verb", "status_code")
            .register(registry);
    this.known =
        new LinkedHashMap<>(64, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(
              Map.Entry<About, Map<Outcome, CounterDataPoint>> eldest) {
            if (size() <= objectsMax) {
              return false;
            }
            drop(eldest.getKey(), eldest.getValue().keySet());
            return true;
          }
        };
  }

  @Override
  public synchronized void answered(
      String kind, String namespace, String name, String verb, int code) {
    Outcome outcome = new Outcome(verb, Integer.toString(code));
    known
        .computeIfAbsent(new About(kind, namespace, name), key -> new HashMap<>())
        .computeIfAbsent(
            outcome, key -> requests.labelValues(kind, namespace, name, verb, key.code()))
        .inc();
  }

  private void drop(About about, Set<Outcome> outcomes) {
    for (Outcome each : outcomes) {
      requests.remove(about.kind(), about.namespace(), about.name(), each.verb(), each.code());
    }
  }
}
