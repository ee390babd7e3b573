package dev.rollouts.simulation.cluster;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.simulation.AnalysisDecider;
import dev.rollouts.simulation.Script;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated cluster is like. Immutable: every method returns other settings. Thread-safe, if
 * the functions given to it are.
 */
public final class ClusterSettings {
  private static final ClusterSettings DEFAULTS = new ClusterSettings();

  private long seed;
  private Instant startAt = Instant.parse("2026-01-01T00:00:00Z");
  private Map<String, VersionModel> versions = Map.of();
  private VersionModel otherVersions = VersionModel.healthy();
  private int nodes = 3;
  private int podQuota = Integer.MAX_VALUE;
  private int minAvailable;
  private Duration routerDelay = Duration.ZERO;
  private boolean routersApplyPartly;
  private Duration targetRegistration = Duration.ZERO;
  private Load load = Load.constant(100);
  private @Nullable Autoscaler autoscaler;
  private Map<TemplateRef, AnalysisTemplateSpec> templates = Map.of();
  private Map<String, TrafficScript> metrics = Map.of();
  private TrafficScript otherMetrics = TrafficScript.of(Script.empty());
  private Map<String, StepPluginScript> stepPlugins = Map.of();
  private AnalysisDecider analysisDecider = Analyses.ENGINE;
  private ExperimentDecider experimentDecider = Experiments.ENGINE;

  private ClusterSettings() {}

  /** A quiet cluster with pods that become ready. */
  public static ClusterSettings defaults() {
    return DEFAULTS;
  }

  /** Draws start here. */
  public ClusterSettings withSeed(long other) {
    return change(it -> it.seed = other);
  }

  /** What the clock shows at the start; 2026-01-01T00:00:00Z by default. */
  public ClusterSettings startingAt(Instant start) {
    return change(it -> it.startAt = start);
  }

  /**
   * How one version behaves.
   *
   * @param image of the first container of its pods
   */
  public ClusterSettings version(String image, VersionModel model) {
    return change(it -> it.versions = with(versions, image, model));
  }

  /** How versions behave that were not named; {@link VersionModel#healthy} by default. */
  public ClusterSettings otherVersions(VersionModel model) {
    return change(it -> it.otherVersions = model);
  }

  /** Nodes that pods are put on in turn; 3 by default. */
  public ClusterSettings nodes(int count) {
    return change(it -> it.nodes = Math.max(1, count));
  }

  /** Pods that may exist at once, terminating ones included; any number by default. */
  public ClusterSettings podQuota(int count) {
    return change(it -> it.podQuota = count);
  }

  /** Pods that a PodDisruptionBudget wants to be available; 0 by default. */
  public ClusterSettings disruptionBudget(int wanted) {
    return change(it -> it.minAvailable = wanted);
  }

  /**
   * How long routers take to do what their objects say; nothing by default.
   *
   * @param partly whether half of the traffic follows halfway, instead of all at the end
   */
  public ClusterSettings routerDelay(Duration span, boolean partly) {
    return change(
        it -> {
          it.routerDelay = span;
          it.routersApplyPartly = partly;
        });
  }

  /** How long a ready pod takes to be registered with its load balancer; nothing by default. */
  public ClusterSettings targetRegistration(Duration span) {
    return change(it -> it.targetRegistration = span);
  }

  /** What the users ask for; 100 requests per second by default. */
  public ClusterSettings load(Load requests) {
    return change(it -> it.load = requests);
  }

  /** Puts an autoscaler in charge of the rollout's replicas; none by default. */
  public ClusterSettings autoscaler(@Nullable Autoscaler scaler) {
    return change(it -> it.autoscaler = scaler);
  }

  /** Adds a template. */
  public ClusterSettings template(TemplateRef ref, AnalysisTemplateSpec spec) {
    return change(it -> it.templates = with(templates, ref, spec));
  }

  /** Answers for one metric, in all runs. */
  public ClusterSettings metric(String name, TrafficScript script) {
    return change(it -> it.metrics = with(metrics, name, script));
  }

  /** Answers for every metric that has no script of its own; no data by default. */
  public ClusterSettings otherMetrics(TrafficScript script) {
    return change(it -> it.otherMetrics = script);
  }

  /** What a step plugin does; one that was not named succeeds at once. */
  public ClusterSettings stepPlugin(String name, StepPluginScript script) {
    return change(it -> it.stepPlugins = with(stepPlugins, name, script));
  }

  /** Puts something else in the place of the analysis engine. */
  public ClusterSettings analysesDecidedBy(AnalysisDecider decider) {
    return change(it -> it.analysisDecider = decider);
  }

  /** Puts something else in the place of the experiment engine. */
  public ClusterSettings experimentsDecidedBy(ExperimentDecider decider) {
    return change(it -> it.experimentDecider = decider);
  }

  /** Draws start here. */
  public long seed() {
    return seed;
  }

  /** What the clock shows at the start. */
  public Instant startAt() {
    return startAt;
  }

  VersionModel model(String image) {
    return versions.getOrDefault(image, otherVersions);
  }

  int nodes() {
    return nodes;
  }

  int podQuota() {
    return podQuota;
  }

  int minAvailable() {
    return minAvailable;
  }

  long routerDelay() {
    return routerDelay.toMillis();
  }

  boolean routersApplyPartly() {
    return routersApplyPartly;
  }

  long targetRegistration() {
    return targetRegistration.toMillis();
  }

  Load load() {
    return load;
  }

  @Nullable Autoscaler autoscaler() {
    return autoscaler;
  }

  Map<TemplateRef, AnalysisTemplateSpec> templates() {
    return templates;
  }

  TrafficScript script(String metric) {
    return metrics.getOrDefault(metric, otherMetrics);
  }

  StepPluginScript stepPlugin(String name) {
    return stepPlugins.getOrDefault(name, StepPluginScript.SUCCESSFUL);
  }

  AnalysisDecider analysisDecider() {
    return analysisDecider;
  }

  ExperimentDecider experimentDecider() {
    return experimentDecider;
  }

  private static <K, V> Map<K, V> with(Map<K, V> map, K key, V value) {
    Map<K, V> more = new LinkedHashMap<>(map);
    more.put(key, value);
    return Collections.unmodifiableMap(more);
  }

  private ClusterSettings change(Consumer<ClusterSettings> edit) {
    ClusterSettings copy = new ClusterSettings();
    copy.seed = seed;
    copy.startAt = startAt;
    copy.versions = versions;
    copy.otherVersions = otherVersions;
    copy.nodes = nodes;
    copy.podQuota = podQuota;
    copy.minAvailable = minAvailable;
    copy.routerDelay = routerDelay;
    copy.routersApplyPartly = routersApplyPartly;
    copy.targetRegistration = targetRegistration;
    copy.load = load;
    copy.autoscaler = autoscaler;
    copy.templates = templates;
    copy.metrics = metrics;
    copy.otherMetrics = otherMetrics;
    copy.stepPlugins = stepPlugins;
    copy.analysisDecider = analysisDecider;
    copy.experimentDecider = experimentDecider;
    edit.accept(copy);
    return copy;
  }
}
