package dev.rollouts.controller.metrics;

import static java.util.Objects.requireNonNullElse;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.RolloutDuration;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.controller.kube.RequestGate;
import dev.rollouts.engine.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What the controller counts and times, under the names of Argo Rollouts. Series about an object
 * stay for 65 s after it is deleted, so that one more scrape sees them (O-084). Thread-safe.
 *
 * <p>Source: docs/spec/operations.md#metrics.
 */
public final class ControllerMetrics implements Metrics, RequestGate.Counter {
  private static final Duration KEPT_AFTER_DELETION = Duration.ofSeconds(65);

  /** Of so many objects it is kept how often they were asked for. */
  private static final int REQUESTED_MAX = 4000;

  /** So many deleted objects are forgotten even when nobody scrapes. */
  private static final int DELETED_MAX = 1000;

  private static final double[] RECONCILE = {0.01, 0.15, 0.25, 0.5, 1};
  private static final double[] DURATION = {
    30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800
  };
  private static final double[] PROGRESSION = {30, 60, 120, 300, 600, 900, 1800, 3600};
  private static final double[] MANUAL_PAUSE = {0, 60, 300, 600, 1800, 3600, 7200, 14400, 28800};

  private final Clock clock;
  private final Map<String, Histogram> reconciles;
  private final Counter events;
  private final RequestSeries requests;
  private final WorkQueues queues;
  private final Counter outcomes;
  private final Counter aborts;
  private final Counter verdicts;
  private final Histogram duration;
  private final Histogram progression;
  private final Histogram manualPause;
  private final Map<Errors, LongAdder> errors = new ConcurrentHashMap<>();
  private final Map<Deleted, Instant> deleted = new ConcurrentHashMap<>();

  /** Failed reconciles of an object. */
  record Errors(String controller, String namespace, String name) {}

  private record Deleted(String kind, String namespace, String name) {}

  /** Metrics in a registry of their own. */
  public ControllerMetrics(PrometheusRegistry registry, Clock clock) {
    this.clock = clock;
    this.reconciles =
        Map.of(
            "rollout", reconcile("rollout_reconcile", "Time of one look at a Rollout.", registry),
            "experiment",
                reconcile("experiment_reconcile", "Time of one look at an Experiment.", registry),
            "analysisrun",
                reconcile(
                    "analysis_run_reconcile", "Time of one look at an AnalysisRun.", registry));
    this.events =
        Counter.builder()
            .name("rollout_events_total")
            .help("Events about Rollouts.")
            .labelNames("namespace", "name", "type", "reason")
            .register(registry);
    this.requests = new RequestSeries(registry, REQUESTED_MAX);
    this.queues = new WorkQueues(registry);
    this.outcomes =
        Counter.builder()
            .name("rollout_outcomes_total")
            .help("Updates that ended, by how.")
            .labelNames("outcome")
            .register(registry);
    this.aborts =
        Counter.builder()
            .name("rollout_aborts_total")
            .help("Updates that were aborted, by what made them.")
            .labelNames("cause")
            .register(registry);
    this.verdicts =
        Counter.builder()
            .name("analysis_run_verdicts_total")
            .help("AnalysisRuns that ended, by how.")
            .labelNames("phase")
            .register(registry);
    this.duration =
        histogram("rollout_duration_seconds", "Length of an update.", DURATION, registry);
    this.progression =
        histogram(
            "rollout_progression_duration_seconds",
            "Length of an update without pauses for people.",
            PROGRESSION,
            registry);
    this.manualPause =
        histogram(
            "rollout_manual_pause_duration_seconds",
            "How long an update waited for people.",
            MANUAL_PAUSE,
            registry);
  }

  private static Histogram reconcile(String name, String help, PrometheusRegistry registry) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames("namespace", "name")
        .classicOnly()
        .classicUpperBounds(RECONCILE)
        .register(registry);
  }

  private static Histogram histogram(
      String name, String help, double[] bounds, PrometheusRegistry registry) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames("status")
        .classicOnly()
        .classicUpperBounds(bounds)
        .register(registry);
  }

  Map<Errors, LongAdder> errors() {
    return errors;
  }

  // --- reconciles

  @Override
  public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
    long start = System.nanoTime();
    try {
      return execution.execute();
    } finally {
      Histogram histogram = reconciles.get(execution.controllerName());
      if (histogram != null) {
        histogram
            .labelValues(
                execution.resourceID().getNamespace().orElse(""), execution.resourceID().getName())
            .observe((System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1));
      }
    }
  }

  @Override
  public void reconcileCustomResource(
      HasMetadata resource, @Nullable RetryInfo retry, Map<String, Object> metadata) {
    queues.added(resource.getKind(), namespace(resource), resource.getMetadata().getName());
  }

  @Override
  public void reconciliationExecutionStarted(HasMetadata resource, Map<String, Object> metadata) {
    queues.begun(resource.getKind(), namespace(resource), resource.getMetadata().getName());
  }

  @Override
  public void reconciliationExecutionFinished(
      @Nullable HasMetadata resource, Map<String, Object> metadata) {
    if (resource != null) { // it is null when the object went before its turn
      queues.ended(resource.getKind(), namespace(resource), resource.getMetadata().getName());
    }
  }

  private static String namespace(HasMetadata resource) {
    return requireNonNullElse(resource.getMetadata().getNamespace(), "");
  }

  /** A look at an object did not come to its end. */
  public void failed(String controller, ObjectMeta object) {
    queues.retried(controller);
    errors
        .computeIfAbsent(
            new Errors(controller, object.namespace(), object.name()), key -> new LongAdder())
        .increment();
  }

  // --- events and requests

  /** Something happened to an object; only Rollouts' events are counted (O-085). */
  public void recorded(KubernetesObject object, Event event) {
    if (object.kind().equals("Rollout")) {
      events
          .labelValues(
              object.metadata().namespace(),
              object.metadata().name(),
              event.warning() ? "Warning" : "Normal",
              event.reason())
          .inc();
    }
  }

  @Override
  public void answered(String kind, String namespace, String name, String verb, int code) {
    requests.answered(kind, namespace, name, verb, code);
  }

  // --- updates that end

  /** A status of a Rollout was saved: what ended with it is counted (O-082, R-544). */
  public void saved(RolloutStatus before, RolloutStatus after, Instant now) {
    if (before.abortedAt() == null && after.abortedAt() != null) {
      aborts.labelValues(AbortCause.of(after).label()).inc();
    }
    RolloutDuration was = before.duration();
    RolloutDuration is = after.duration();
    if (was != null && was.finishedAt() == null && was.rolloutStartedAt() != null) {
      if (is == null || !was.rolloutStartedAt().equals(is.rolloutStartedAt())) {
        ended(was, was.completionStatus().isEmpty() ? "Superseded" : was.completionStatus(), now);
      }
    }
    if (is != null
        && is.finishedAt() != null
        && is.rolloutStartedAt() != null
        && (was == null || was.finishedAt() == null)) {
      ended(is, is.completionStatus(), is.finishedAt());
    }
  }

  private void ended(RolloutDuration of, String status, Instant end) {
    if (of.rolloutStartedAt() == null) {
      return;
    }
    AttemptTimes times = AttemptTimes.of(of, end);
    outcomes.labelValues(status).inc();
    duration.labelValues(status).observe((double) times.total());
    progression.labelValues(status).observe((double) times.progression());
    manualPause.labelValues(status).observe((double) times.manualPause());
  }

  /** An AnalysisRun has its verdict. */
  public void judged(AnalysisPhase phase) {
    verdicts.labelValues(phase.wireName()).inc();
  }

  // --- objects that are gone

  /** An object is gone; its series follow in a while. */
  public void gone(String kind, ObjectMeta object) {
    queues.gone(kind, object.namespace(), object.name());
    deleted.put(new Deleted(kind, object.namespace(), object.name()), clock.instant());
    if (deleted.size() > DELETED_MAX) {
      dropGone();
    }
  }

  /** An object of that name exists again. */
  public void exists(String kind, ObjectMeta object) {
    deleted.remove(new Deleted(kind, object.namespace(), object.name()));
  }

  /**
   * Drops the series of objects that are gone for long enough. Called with every scrape, and when
   * there are many.
   */
  void dropGone() {
    Instant limit = clock.instant().minus(KEPT_AFTER_DELETION);
    deleted.forEach(
        (object, at) -> {
          if (at.isBefore(limit) && deleted.remove(object, at)) {
            drop(object);
          }
        });
  }

  private void drop(Deleted object) {
    String controller = object.kind().toLowerCase(java.util.Locale.ROOT);
    errors.remove(new Errors(controller, object.namespace(), object.name()));
    Histogram histogram = reconciles.get(controller);
    if (histogram != null) {
      histogram.remove(object.namespace(), object.name());
    }
    if (object.kind().equals("Rollout")) {
      events.removeIf(
          labels ->
              labels.get(0).equals(object.namespace()) && labels.get(1).equals(object.name()));
    }
  }
}
