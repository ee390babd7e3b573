package dev.rollouts.controller.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * What waits for a thread, what is worked on and for how long, under the names that controllers of
 * Kubernetes have for it. Thread-safe.
 */
final class WorkQueues {
  /** Names of the queues, by kind of object. */
  private static final Map<String, String> QUEUES =
      Map.of("Rollout", "Rollouts", "Experiment", "Experiments", "AnalysisRun", "AnalysisRuns");

  private static final double[] SECONDS = {1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10};

  private final Map<Item, Long> waiting = new ConcurrentHashMap<>();
  private final Map<Item, Long> underWay = new ConcurrentHashMap<>();
  private final Counter adds;
  private final Counter retries;
  private final Histogram waited;
  private final Histogram worked;

  /** An object that waits or is worked on, since when in {@link System#nanoTime}. */
  private record Item(String queue, String namespace, String name) {}

  WorkQueues(PrometheusRegistry registry) {
    this.adds = counter("workqueue_adds_total", "Objects that were to be looked at.", registry);
    this.retries =
        counter("workqueue_retries_total", "Looks that go wrong and are taken again.", registry);
    this.waited =
        histogram("workqueue_queue_duration_seconds", "Time until a thread was free.", registry);
    this.worked = histogram("workqueue_work_duration_seconds", "Time of a look.", registry);
    gauge(
        "workqueue_depth",
        "Objects that wait for a thread.",
        registry,
        queue -> since(waiting, queue).count());
    gauge(
        "workqueue_unfinished_work_seconds",
        "Time that looks have taken which are under way, in sum.",
        registry,
        queue -> since(underWay, queue).sum());
    gauge(
        "workqueue_longest_running_processor_seconds",
        "Time of the longest look that is under way.",
        registry,
        queue -> since(underWay, queue).max().orElse(0));
    for (String queue : QUEUES.values()) {
      List.of(adds, retries).forEach(each -> each.initLabelValues(queue));
      List.of(waited, worked).forEach(each -> each.initLabelValues(queue));
    }
  }

  private static Counter counter(String name, String help, PrometheusRegistry registry) {
    return Counter.builder().name(name).help(help).labelNames("name").register(registry);
  }

  private static Histogram histogram(String name, String help, PrometheusRegistry registry) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames("name")
        .classicOnly()
        .classicUpperBounds(SECONDS)
        .register(registry);
  }

  private static void gauge(
      String name, String help, PrometheusRegistry registry, ToDoubleFunction<String> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("name")
        .callback(
            page -> QUEUES.values().forEach(queue -> page.call(value.applyAsDouble(queue), queue)))
        .register(registry);
  }

  private static DoubleStream since(Map<Item, Long> items, String queue) {
    long now = System.nanoTime();
    return items.entrySet().stream()
        .filter(each -> each.getKey().queue().equals(queue))
        .mapToDouble(each -> seconds(now - each.getValue()));
  }

  private static double seconds(long nanos) {
    return Math.max(0, nanos) / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /** An object is to be looked at. */
  void added(String kind, String namespace, String name) {
    String queue = QUEUES.get(kind);
    if (queue != null) {
      adds.labelValues(queue).inc();
      waiting.put(new Item(queue, namespace, name), System.nanoTime());
    }
  }

  /** A thread looks at it. */
  void begun(String kind, String namespace, String name) {
    String queue = QUEUES.get(kind);
    if (queue != null) {
      Item item = new Item(queue, namespace, name);
      long now = System.nanoTime();
      Long since = waiting.remove(item);
      if (since != null) {
        waited.labelValues(queue).observe(seconds(now - since));
      }
      underWay.put(item, now);
    }
  }

  /** The look is over. */
  void ended(String kind, String namespace, String name) {
    String queue = QUEUES.get(kind);
    if (queue != null) {
      Long since = underWay.remove(new Item(queue, namespace, name));
      if (since != null) {
        worked.labelValues(queue).observe(seconds(System.nanoTime() - since));
      }
    }
  }

  /** A look went wrong and is taken again. */
  void retried(String controller) {
    QUEUES.forEach(
        (kind, queue) -> {
          if (kind.equalsIgnoreCase(controller)) {
            retries.labelValues(queue).inc();
          }
        });
  }

  /** The object is gone: what waited for it waits no more. */
  void gone(String kind, String namespace, String name) {
    String queue = QUEUES.get(kind);
    if (queue != null) {
      waiting.remove(new Item(queue, namespace, name));
    }
  }
}
