package dev.rollouts.api.analysis;

import dev.rollouts.api.wire.OrderedMap;
import dev.rollouts.api.wire.Required;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one metric.
 *
 * @param measurements newest last; only the newest are kept
 * @param message that of the measurement that changed the phase; for a dry-run metric its
 *     assessment
 * @param count measurements that were not errors, since the start
 * @param error measurements that were errors, since the start
 * @param consecutiveError errors since the last other outcome
 * @param consecutiveSuccess successes since the last other outcome
 * @param dryRun fixed with the first measurement
 * @param metadata the provider's, written once with the first measurement
 */
public record MetricResult(
    @Required String name,
    @Required AnalysisPhase phase,
    List<Measurement> measurements,
    String message,
    int count,
    int successful,
    int failed,
    int inconclusive,
    int error,
    int consecutiveError,
    int consecutiveSuccess,
    boolean dryRun,
    Map<String, String> metadata) {
  public MetricResult {
    measurements = List.copyOf(measurements);
    metadata = OrderedMap.copyOf(metadata);
  }

  /** The newest measurement, or null when none is kept. */
  public @Nullable Measurement lastMeasurement() {
    return measurements.isEmpty() ? null : measurements.get(measurements.size() - 1);
  }

  /** Whether the newest measurement has not finished. */
  public boolean isInFlight() {
    Measurement last = lastMeasurement();
    return last != null && last.isInFlight();
  }
}
