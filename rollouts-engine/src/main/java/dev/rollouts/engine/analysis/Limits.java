package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Which limit a metric exceeds, if any. Rule A-063: of several, a later one in this order counts:
 * failures, inconclusive measurements, errors in a row.
 *
 * @param limit the field: {@code failureLimit}
 * @param tally the name of the counter in messages: {@code failed}
 */
record Limits(AnalysisPhase phase, String tally, int value, String limit, int limitValue) {
  /** The limit that decides, or null when none is exceeded. */
  static @Nullable Limits exceeded(PreparedMetric metric, MetricResult result) {
    if (result.consecutiveError() > metric.consecutiveErrorLimit()) {
      return new Limits(
          AnalysisPhase.ERROR,
          "consecutiveErrors",
          result.consecutiveError(),
          "consecutiveErrorLimit",
          metric.consecutiveErrorLimit());
    }
    if (result.inconclusive() > metric.inconclusiveLimit()) {
      return new Limits(
          AnalysisPhase.INCONCLUSIVE,
          "inconclusive",
          result.inconclusive(),
          "inconclusiveLimit",
          metric.inconclusiveLimit());
    }
    if (metric.failureLimit() >= 0 && result.failed() > metric.failureLimit()) {
      return new Limits(
          AnalysisPhase.FAILED, "failed", result.failed(), "failureLimit", metric.failureLimit());
    }
    return null;
  }

  /** As in messages: {@code failed (2) > failureLimit (1)}. */
  String text() {
    return tally + " (" + value + ") > " + limit + " (" + limitValue + ")";
  }

  Reason reason(String metric) {
    return Reason.of("A-063", metric, "phase", phase.wireName(), tally, value, limit, limitValue);
  }
}
