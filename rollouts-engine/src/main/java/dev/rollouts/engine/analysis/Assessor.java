package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.analysis.RunSummary;
import dev.rollouts.engine.Reason;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What counters say of a metric, and metrics of the run. Rules. */
final class Assessor {
  private static final String RUN_TERMINATED = "Run Terminated";

  private Assessor() {}

  /** The phase of a metric and the rule behind it; first match. */
  static AnalysisPhase metric(
      PreparedMetric metric, MetricResult result, boolean terminating, List<Reason> reasons) {
    if (result.phase().isCompleted()) {
      return result.phase();
    }
    Measurement last = result.lastMeasurement();
    if (last == null) {
      return terminating ? AnalysisPhase.SUCCESSFUL : AnalysisPhase.PENDING;
    }
    if (last.isInFlight()) {
      return AnalysisPhase.RUNNING;
    }
    Limits exceeded = Limits.exceeded(metric, result);
    if (exceeded != null) {
      reasons.add(exceeded.reason(metric.name()));
      return exceeded.phase();
    }
    int successesWanted = metric.consecutiveSuccessLimit();
    if (successesWanted > 0 && result.consecutiveSuccess() >= successesWanted) {
      reasons.add(
          Reason.of(
              "A-064",
              metric.name(),
              "phase",
              "Successful",
              "consecutiveSuccess",
              result.consecutiveSuccess(),
              "consecutiveSuccessLimit",
              successesWanted));
      return AnalysisPhase.SUCCESSFUL;
    }
    if (metric.isSatisfiedBy(result.count())) {
      AnalysisPhase phase = whenCounted(metric);
      reasons.add(
          Reason.of(
              "A-065",
              metric.name(),
              "phase",
              phase.wireName(),
              "count",
              result.count(),
              "wanted",
              metric.wanted(),
              "consecutiveSuccessLimit",
              successesWanted));
      return phase;
    }
    if (terminating) {
      reasons.add(Reason.of("A-066", metric.name(), "phase", "Successful"));
      return AnalysisPhase.SUCCESSFUL;
    }
    return AnalysisPhase.RUNNING;
  }

  private static AnalysisPhase whenCounted(PreparedMetric metric) {
    if (metric.consecutiveSuccessLimit() <= 0) {
      return AnalysisPhase.SUCCESSFUL;
    }
    return metric.failureLimit() < 0 ? AnalysisPhase.FAILED : AnalysisPhase.INCONCLUSIVE;
  }

  /**
   * The message of a dry-run metric that completed, or the one it has.
   *
   * @param result completed
   */
  static String dryRunMessage(PreparedMetric metric, MetricResult result) {
    Limits exceeded = Limits.exceeded(metric, result);
    return exceeded == null
        ? result.message()
        : "Metric assessed " + exceeded.phase().wireName() + " due to " + exceeded.text();
  }

  /**
   * What a run has come to.
   *
   * @param phase Running or a completed phase
   */
  record Run(AnalysisPhase phase, String message) {}

  /**
   * The phase of the run and its message.
   *
   * @param terminate whether the spec says so
   * @param terminating whether the run is to end now
   */
  static Run run(
      Map<String, PreparedMetric> metrics,
      Map<String, MetricResult> results,
      boolean terminate,
      boolean terminating,
      List<Reason> reasons) {
    AnalysisPhase worst = null;
    String message = terminate ? RUN_TERMINATED : "";
    boolean everythingCompleted = true;
    Reason because = null;
    for (PreparedMetric metric : metrics.values()) {
      MetricResult result = results.get(metric.name());
      if (result == null || !result.phase().isCompleted()) {
        everythingCompleted = false;
      } else if (metric.dry()) {
        worst = worst == null ? AnalysisPhase.SUCCESSFUL : worst;
      } else if (worst == null || result.phase().isWorseThan(worst)) {
        worst = result.phase();
        because =
            Reason.of("A-083", Reason.RUN, "metric", metric.name(), "phase", worst.wireName());
        Limits exceeded = Limits.exceeded(metric, result);
        message = exceeded == null ? message : explain(metric, result, exceeded);
      }
    }
    if (!terminating && (!everythingCompleted || worst == null)) {
      return new Run(AnalysisPhase.RUNNING, "");
    }
    if (terminating) {
      reasons.add(Reason.of("A-086", Reason.RUN, "terminate", terminate));
    }
    if (because != null) {
      reasons.add(because);
    }
    return new Run(worst == null ? AnalysisPhase.SUCCESSFUL : worst, message);
  }

  private static String explain(PreparedMetric metric, MetricResult result, Limits exceeded) {
    String text =
        "Metric \""
            + metric.name()
            + "\" assessed "
            + result.phase().wireName()
            + " due to "
            + exceeded.text();
    return result.message().isEmpty()
        ? text
        : text + ": \"Error Message: " + result.message() + "\"";
  }

  /**
   * Metrics of one kind by outcome: a completed one that exceeds no limit counts
   * as successful.
   *
   * @param dry which kind
   */
  static RunSummary summary(
      Map<String, PreparedMetric> metrics, Map<String, MetricResult> results, boolean dry) {
    int count = 0;
    Map<AnalysisPhase, Integer> outcomes = new EnumMap<>(AnalysisPhase.class);
    for (PreparedMetric metric : metrics.values()) {
      if (metric.dry() != dry) {
        continue;
      }
      count++;
      MetricResult result = results.get(metric.name());
      if (result != null && result.phase().isCompleted()) {
        Limits exceeded = Limits.exceeded(metric, result);
        outcomes.merge(
            exceeded == null ? AnalysisPhase.SUCCESSFUL : exceeded.phase(), 1, Integer::sum);
      }
    }
    return new RunSummary(
        count,
        outcomes.getOrDefault(AnalysisPhase.SUCCESSFUL, 0),
        outcomes.getOrDefault(AnalysisPhase.FAILED, 0),
        outcomes.getOrDefault(AnalysisPhase.INCONCLUSIVE, 0),
        outcomes.getOrDefault(AnalysisPhase.ERROR, 0));
  }

  /** Whether every metric is dry-run; then the run has no summary of its own. */
  static boolean onlyDryRun(Map<String, PreparedMetric> metrics) {
    return metrics.values().stream().allMatch(PreparedMetric::dry);
  }

  /** Whether some metric that counts has gone wrong, by the flags in the status. */
  static boolean anyWentWrong(Map<String, MetricResult> results) {
    for (MetricResult result : results.values()) {
      if (!result.dryRun()
          && result.phase().isCompleted()
          && result.phase() != AnalysisPhase.SUCCESSFUL) {
        return true;
      }
    }
    return false;
  }
}
