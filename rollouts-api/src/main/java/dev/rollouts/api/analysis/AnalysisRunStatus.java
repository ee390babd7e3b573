package dev.rollouts.api.analysis;

import dev.rollouts.api.wire.Required;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has been observed and decided so far; all that a restarted process needs to go on. Times are
 * whole seconds.
 *
 * @param message why the run completed as it did; empty while it runs and when it was simply
 *     Successful
 * @param startedAt first decision that got as far as assessing
 * @param completedAt absent for runs that ended because the spec or its arguments were unusable
 *     (A-004)
 * @param runSummary metrics that are not dry-run, by outcome; null before the first assessment and
 *     when every metric is dry-run
 * @param dryRunSummary dry-run metrics by outcome; null before the first assessment
 * @param metricResults in the order in which first measurements ended, which need not be the order
 *     of the spec
 */
public record AnalysisRunStatus(
    @Required AnalysisPhase phase,
    String message,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    @Nullable RunSummary runSummary,
    @Nullable RunSummary dryRunSummary,
    List<MetricResult> metricResults) {
  private static final AnalysisRunStatus PENDING =
      new AnalysisRunStatus(AnalysisPhase.PENDING, "", null, null, null, null, List.of());

  public AnalysisRunStatus {
    metricResults = List.copyOf(metricResults);
  }

  /** The status of a run that nobody has looked at yet. */
  public static AnalysisRunStatus pending() {
    return PENDING;
  }

  /** The result of a metric by its name, if it was measured. */
  public Optional<MetricResult> result(String metricName) {
    for (MetricResult result : metricResults) {
      if (result.name().equals(metricName)) {
        return Optional.of(result);
      }
    }
    return Optional.empty();
  }
}
