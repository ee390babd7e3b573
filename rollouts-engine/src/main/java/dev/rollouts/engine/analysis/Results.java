package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Copies of metric results with something changed. */
final class Results {
  private Results() {}

  /** The result of a metric that is measured for the first time. */
  static MetricResult first(PreparedMetric metric, Map<String, String> metadata) {
    return new MetricResult(
        metric.name(),
        AnalysisPhase.RUNNING,
        List.of(),
        "",
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        metric.dry(),
        metadata);
  }

  /**
   * With the measurement appended, or in place of the one in flight, and counted if it is
   * finished.
   */
  static MetricResult with(MetricResult result, Measurement measurement) {
    List<Measurement> measurements = new ArrayList<>(result.measurements());
    if (result.isInFlight()) {
      measurements.remove(measurements.size() - 1);
    }
    measurements.add(measurement);
    if (measurement.isInFlight()) {
      return withMeasurements(result, measurements);
    }
    AnalysisPhase phase = measurement.phase();
    boolean success = phase == AnalysisPhase.SUCCESSFUL;
    boolean error = phase == AnalysisPhase.ERROR;
    return new MetricResult(
        result.name(),
        result.phase(),
        measurements,
        result.message(),
        result.count() + (error ? 0 : 1),
        result.successful() + (success ? 1 : 0),
        result.failed() + (phase == AnalysisPhase.FAILED ? 1 : 0),
        result.inconclusive() + (phase == AnalysisPhase.INCONCLUSIVE ? 1 : 0),
        result.error() + (error ? 1 : 0),
        error ? result.consecutiveError() + 1 : 0,
        success ? result.consecutiveSuccess() + 1 : 0,
        result.dryRun(),
        result.metadata());
  }

  static MetricResult withMeasurements(MetricResult result, List<Measurement> measurements) {
    return new MetricResult(
        result.name(),
        result.phase(),
        measurements,
        result.message(),
        result.count(),
        result.successful(),
        result.failed(),
        result.inconclusive(),
        result.error(),
        result.consecutiveError(),
        result.consecutiveSuccess(),
        result.dryRun(),
        result.metadata());
  }

  static MetricResult withPhase(MetricResult result, AnalysisPhase phase, String message) {
    return new MetricResult(
        result.name(),
        phase,
        result.measurements(),
        message,
        result.count(),
        result.successful(),
        result.failed(),
        result.inconclusive(),
        result.error(),
        result.consecutiveError(),
        result.consecutiveSuccess(),
        result.dryRun(),
        result.metadata());
  }

  /** The number of the measurement that is in flight or would be next. */
  static int nextAttempt(MetricResult result) {
    return result.count() + result.error() + 1;
  }
}
