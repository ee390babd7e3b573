package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands, by the numbers and the schedule that {@link AnalysisEngine#decide} goes by,
 * without deciding anything. For explanations and displays.
 *
 * @param unusable the message with which the spec ends a run; null when it can be used. Without a
 *     usable spec there are no metrics.
 * @param unusableRule the rule behind it; empty without one
 * @param terminating whether the next decision ends the run: told to, or by a metric that has gone
 *     wrong
 * @param deletedAt when the completed run is deleted; null when it is to stay, or goes on
 * @param metrics in spec order
 */
public record AnalysisForecast(
    @Nullable String unusable,
    String unusableRule,
    boolean terminating,
    @Nullable Instant deletedAt,
    List<Outlook> metrics) {
  public AnalysisForecast {
    metrics = List.copyOf(metrics);
  }

  /** The forecast for a run as it was last saved. */
  public static AnalysisForecast of(AnalysisSpec spec, AnalysisRunStatus status, Instant now) {
    PreparedAnalysis analysis = PreparedAnalysis.of(spec);
    Map<String, MetricResult> results = new LinkedHashMap<>();
    status.metricResults().forEach(result -> results.put(result.name(), result));
    boolean terminating = spec.terminate() || Assessor.anyWentWrong(results);
    List<Outlook> metrics = new ArrayList<>();
    for (PreparedMetric metric : analysis.metrics().values()) {
      MetricResult result = results.get(metric.name());
      metrics.add(
          new Outlook(
              metric.resolved(),
              metric.dry(),
              metric.interval(),
              metric.initialDelay(),
              metric.wanted(),
              metric.failureLimit(),
              metric.inconclusiveLimit(),
              metric.consecutiveErrorLimit(),
              metric.consecutiveSuccessLimit(),
              metric.retention(),
              result,
              result == null ? null : exceeded(metric, result),
              status.phase().isCompleted()
                  ? null
                  : dueAt(metric, result, status.startedAt(), terminating, now)));
    }
    return new AnalysisForecast(
        analysis.error(),
        analysis.errorRule(),
        terminating,
        TimeToLive.endsAt(spec.ttlStrategy(), status),
        metrics);
  }

  private static @Nullable Exceeded exceeded(PreparedMetric metric, MetricResult result) {
    Limits limits = Limits.exceeded(metric, result);
    return limits == null
        ? null
        : new Exceeded(
            limits.phase(),
            limits.tally(),
            limits.value(),
            limits.limit(),
            limits.limitValue(),
            limits.text());
  }

  private static @Nullable Instant dueAt(
      PreparedMetric metric,
      @Nullable MetricResult result,
      @Nullable Instant startedAt,
      boolean terminating,
      Instant now) {
    Instant due = Schedule.dueAt(metric, result, startedAt, terminating, now);
    return Schedule.AT_ONCE.equals(due) ? now : due;
  }

  /** The outlook of a metric by its resolved name, if the spec has it. */
  public Optional<Outlook> metric(String name) {
    return metrics.stream().filter(metric -> metric.name().equals(name)).findFirst();
  }

  /**
   * One metric with its numbers read and its defaults filled in.
   *
   * @param metric arguments resolved, secrets masked
   * @param dryRun whether a dry-run rule matches
   * @param interval null when there is none
   * @param initialDelay null when there is none
   * @param wanted non-error measurements wanted; 0 means no end
   * @param failureLimit -1 means that failures are not limited
   * @param consecutiveSuccessLimit 0 means off
   * @param retention newest measurements kept
   * @param result null when it was never measured
   * @param exceeded the limit that its counters exceed; null when they exceed none
   * @param dueAt when it wants something done, which may be in the past; null when it wants nothing
   *     more
   */
  public record Outlook(
      Metric metric,
      boolean dryRun,
      @Nullable Duration interval,
      @Nullable Duration initialDelay,
      int wanted,
      int failureLimit,
      int inconclusiveLimit,
      int consecutiveErrorLimit,
      int consecutiveSuccessLimit,
      int retention,
      @Nullable MetricResult result,
      @Nullable Exceeded exceeded,
      @Nullable Instant dueAt) {
    /** The resolved name. */
    public String name() {
      return metric.name();
    }
  }

  /**
   * A limit that a metric's counters exceed.
   *
   * @param phase what the metric becomes by it
   * @param tally the counter, as messages name it: {@code failed}
   * @param limit the field: {@code failureLimit}
   * @param text as messages have it: {@code failed (2) > failureLimit (1)}
   */
  public record Exceeded(
      AnalysisPhase phase, String tally, int value, String limit, int limitValue, String text) {}
}
