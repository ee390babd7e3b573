package dev.rollouts.controller.metrics;

import dev.rollouts.api.Condition;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.controller.kube.Stores;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What is known of the objects, computed at each scrape. Thread-safe; nothing by a process that is
 * not the leader (O-086).
 *
 * <p>Source: docs/spec/operations.md#metrics.
 */
public final class ObjectMetrics implements MultiCollector {
  private static final List<String> ROLLOUT_PHASES =
      List.of("Completed", "Progressing", "Paused", "Timeout", "Error", "Abort");
  private static final List<String> EXPERIMENT_PHASES =
      List.of("Pending", "Error", "Successful", "Running", "Inconclusive");

  private final Stores stores;
  private final ControllerMetrics counted;
  private final BooleanSupplier leading;
  private final String version;

  /** Metrics of what these stores hold. */
  public ObjectMetrics(
      Stores stores, ControllerMetrics counted, BooleanSupplier leading, String version) {
    this.stores = stores;
    this.counted = counted;
    this.leading = leading;
    this.version = version;
  }

  /** Samples by metric name, each metric once however many objects there are. */
  private static final class Page {
    private final Map<String, InfoSnapshot.Builder> infos = new LinkedHashMap<>();
    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
    private final Map<String, UnknownSnapshot.Builder> others = new LinkedHashMap<>();

    void info(String name, String... labels) {
      infos
          .computeIfAbsent(name, key -> InfoSnapshot.builder().name(key))
          .dataPoint(new InfoSnapshot.InfoDataPointSnapshot(Labels.of(labels)));
    }

    void gauge(String name, double value, String... labels) {
      gauges
          .computeIfAbsent(name, key -> GaugeSnapshot.builder().name(key))
          .dataPoint(new GaugeSnapshot.GaugeDataPointSnapshot(value, Labels.of(labels), null));
    }

    /** A counter whose name does not end as OpenMetrics wants it. */
    void other(String name, double value, String... labels) {
      others
          .computeIfAbsent(name, key -> UnknownSnapshot.builder().name(key))
          .dataPoint(new UnknownSnapshot.UnknownDataPointSnapshot(value, Labels.of(labels), null));
    }

    MetricSnapshots snapshots() {
      MetricSnapshots.Builder all = MetricSnapshots.builder();
      infos.values().forEach(each -> all.metricSnapshot(each.build()));
      gauges.values().forEach(each -> all.metricSnapshot(each.build()));
      others.values().forEach(each -> all.metricSnapshot(each.build()));
      return all.build();
    }
  }

  @Override
  public MetricSnapshots collect() {
    counted.dropGone();
    Page page = new Page();
    page.info("argo_rollouts_controller", "version", version);
    page.info(
        "build",
        "version",
        version,
        "goversion",
        "java" + Runtime.version().feature(),
        "goarch",
        architecture(),
        "commit",
        version.contains("+") ? version.substring(version.indexOf('+') + 1) : "");
    boolean leads = leading.getAsBoolean();
    page.gauge("rollouts_controller_leader", leads ? 1 : 0);
    if (leads) {
      stores.rollouts().all().forEach(each -> rollout(page, each));
      stores.experiments().all().forEach(each -> experiment(page, each));
      stores.analysisRuns().all().forEach(each -> run(page, each));
      stores.templates().all().forEach(each -> template(page, each.metadata(), each.spec()));
      stores.clusterTemplates().all().forEach(each -> template(page, each.metadata(), each.spec()));
    }
    counted
        .errors()
        .forEach(
            (of, count) ->
                page.other(
                    of.controller().equals("analysisrun")
                        ? "analysis_run_reconcile_error"
                        : of.controller() + "_reconcile_error",
                    (double) count.sum(),
                    "namespace",
                    of.namespace(),
                    "name",
                    of.name()));
    return page.snapshots();
  }

  /** The processor in the words of image platforms. */
  private static String architecture() {
    String name = System.getProperty("os.arch", "");
    return switch (name) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> name;
    };
  }

  // --- rollouts

  private static void rollout(Page page, Rollout rollout) {
    ObjectMeta meta = rollout.metadata();
    String strategy =
        rollout.spec().strategy().canary() != null
            ? "canary"
            : rollout.spec().strategy().blueGreen() != null ? "blueGreen" : "none";
    String phase = phase(rollout.statusOrEmpty());
    page.info(
        "rollout",
        "namespace",
        meta.namespace(),
        "name",
        meta.name(),
        "strategy",
        strategy,
        "traffic_router",
        router(rollout.spec().strategy().canary()),
        "phase",
        phase);
    RolloutStatus status = rollout.statusOrEmpty();
    replicas(page, meta, "available", status.availableReplicas());
    replicas(page, meta, "unavailable", status.replicas() - status.availableReplicas());
    Integer desired = rollout.spec().replicas();
    replicas(page, meta, "desired", desired == null ? EffectiveRollout.DEFAULT_REPLICAS : desired);
    replicas(page, meta, "updated", status.updatedReplicas());
    for (String each : ROLLOUT_PHASES) {
      page.gauge(
          "rollout_phase",
          each.equals(phase) ? 1 : 0,
          "namespace",
          meta.namespace(),
          "name",
          meta.name(),
          "strategy",
          strategy,
          "phase",
          each);
    }
  }

  private static void replicas(Page page, ObjectMeta meta, String which, int count) {
    page.gauge(
        "rollout_info_replicas_" + which,
        count,
        "namespace",
        meta.namespace(),
        "name",
        meta.name());
  }

  /** The phase as dashboards know it, from conditions (O-081). */
  static String phase(RolloutStatus status) {
    if (status.condition("InvalidSpec").isPresent()) {
      return "InvalidSpec";
    }
    return switch (status.condition("Progressing").map(Condition::reason).orElse("")) {
      case "NewReplicaSetAvailable" -> "Completed";
      case "RolloutPaused" -> "Paused";
      case "ReplicaSetCreateError" -> "Error";
      case "ProgressDeadlineExceeded" -> "Timeout";
      case "RolloutAborted" -> "Abort";
      default -> "Progressing";
    };
  }

  /** The last router in this order counts (O-080). */
  static String router(@org.jspecify.annotations.Nullable CanaryStrategy canary) {
    TrafficRouting routing = canary == null ? null : canary.trafficRouting();
    if (routing == null) {
      return "";
    }
    String last = "";
    last = routing.alb() != null ? "ALB" : last;
    last = routing.ambassador() != null ? "Ambassador" : last;
    last = routing.istio() != null ? "Istio" : last;
    last = routing.nginx() != null ? "Nginx" : last;
    last = routing.smi() != null ? "SMI" : last;
    return routing.appMesh() != null ? "AppMesh" : last;
  }

  // --- experiments and analyses

  private static void experiment(Page page, Experiment experiment) {
    ObjectMeta meta = experiment.metadata();
    AnalysisPhase known = experiment.statusOrEmpty().phase();
    String phase = (known == null ? AnalysisPhase.PENDING : known).wireName();
    page.info("experiment", "namespace", meta.namespace(), "name", meta.name(), "phase", phase);
    for (String each : EXPERIMENT_PHASES) {
      page.gauge(
          "experiment_phase",
          each.equals(phase) ? 1 : 0,
          "namespace",
          meta.namespace(),
          "name",
          meta.name(),
          "phase",
          each);
    }
  }

  private static void run(Page page, AnalysisRun run) {
    ObjectMeta meta = run.metadata();
    AnalysisPhase phase = run.statusOrPending().phase();
    page.info(
        "analysis_run",
        "namespace",
        meta.namespace(),
        "name",
        meta.name(),
        "phase",
        phase.wireName());
    for (AnalysisPhase each : AnalysisPhase.values()) {
      page.gauge(
          "analysis_run_phase",
          each == phase ? 1 : 0,
          "namespace",
          meta.namespace(),
          "name",
          meta.name(),
          "phase",
          each.wireName());
    }
    for (Metric metric : run.spec().metrics()) {
      String type = type(metric);
      page.gauge(
          "analysis_run_metric_type",
          1,
          "namespace",
          meta.namespace(),
          "name",
          meta.name(),
          "metric",
          metric.name(),
          "type",
          type);
      MetricResult result = run.statusOrPending().result(metric.name()).orElse(null);
      AnalysisPhase now = result == null ? AnalysisPhase.PENDING : result.phase();
      for (AnalysisPhase each : AnalysisPhase.values()) {
        page.gauge(
            "analysis_run_metric_phase",
            each == now ? 1 : 0,
            "namespace",
            meta.namespace(),
            "name",
            meta.name(),
            "metric",
            metric.name(),
            "type",
            type,
            "dry_run",
            Boolean.toString(result != null && result.dryRun()),
            "phase",
            each.wireName());
      }
    }
  }

  private static void template(Page page, ObjectMeta meta, AnalysisTemplateSpec spec) {
    page.info("analysis_template", "namespace", meta.namespace(), "name", meta.name());
    for (Metric metric : spec.metrics()) {
      page.info(
          "analysis_template_metric",
          "namespace",
          meta.namespace(),
          "name",
          meta.name(),
          "type",
          type(metric),
          "metric",
          metric.name());
    }
  }

  /** Names of providers as dashboards know them (O-083). */
  private static String type(Metric metric) {
    String name =
        metric.provider().configured().stream().findFirst().map(each -> each.typeName()).orElse("");
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "prometheus" -> "Prometheus";
      case "kayenta" -> "Kayenta";
      case "web" -> "Web";
      case "job" -> "Job";
      case "wavefront" -> "Wavefront";
      case "datadog" -> "Datadog";
      case "newrelic" -> "NewRelic";
      case "cloudwatch" -> "CloudWatch";
      case "graphite" -> "Graphite";
      case "influxdb" -> "Influxdb";
      case "skywalking" -> "skywalking";
      case "rpcplugin" -> "RPCPlugin";
      default -> "Unknown Provider";
    };
  }
}
