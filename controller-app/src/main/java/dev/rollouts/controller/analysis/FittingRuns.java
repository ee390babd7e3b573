package dev.rollouts.controller.analysis;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts what back-ends have said where a status would become larger than the API server takes: a run
 * that cannot be saved would never end. Measurements that are under way stay as they are, as their
 * back-end needs what is noted of them.
 */
final class FittingRuns {
  /** Characters of texts in a status, which may take three bytes each; 1.5 MB is the limit. */
  private static final int CHARS_MAX = 400_000;

  /** How long each text may be, tried in this order. */
  private static final List<Integer> LIMITS = List.of(4096, 512, 64, 8);

  private FittingRuns() {}

  /** The run, with texts that are cut if that is needed. */
  static AnalysisRun of(AnalysisRun run) {
    AnalysisRunStatus status = run.statusOrPending();
    if (size(status) <= CHARS_MAX) {
      return run;
    }
    AnalysisRunStatus cut = status;
    for (int limit : LIMITS) {
      cut = cut(status, limit);
      if (size(cut) <= CHARS_MAX) {
        break;
      }
    }
    return run.withStatus(cut);
  }

  private static long size(AnalysisRunStatus status) {
    long size = status.message().length();
    for (MetricResult each : status.metricResults()) {
      size += each.message().length() + size(each.metadata());
      for (Measurement measurement : each.measurements()) {
        size +=
            measurement.value().length()
                + measurement.message().length()
                + size(measurement.metadata());
      }
    }
    return size;
  }

  private static long size(Map<String, String> metadata) {
    long size = 0;
    for (Map.Entry<String, String> each : metadata.entrySet()) {
      size += each.getKey().length() + each.getValue().length();
    }
    return size;
  }

  private static AnalysisRunStatus cut(AnalysisRunStatus status, int limit) {
    return new AnalysisRunStatus(
        status.phase(),
        cut(status.message(), limit),
        status.startedAt(),
        status.completedAt(),
        status.runSummary(),
        status.dryRunSummary(),
        status.metricResults().stream().map(each -> cut(each, limit)).toList());
  }

  private static MetricResult cut(MetricResult result, int limit) {
    return new MetricResult(
        result.name(),
        result.phase(),
        result.measurements().stream().map(each -> cut(each, limit)).toList(),
        cut(result.message(), limit),
        result.count(),
        result.successful(),
        result.failed(),
        result.inconclusive(),
        result.error(),
        result.consecutiveError(),
        result.consecutiveSuccess(),
        result.dryRun(),
        cut(result.metadata(), limit));
  }

  private static Measurement cut(Measurement measurement, int limit) {
    if (measurement.isInFlight()) {
      return measurement;
    }
    return new Measurement(
        measurement.phase(),
        cut(measurement.message(), limit),
        measurement.startedAt(),
        measurement.finishedAt(),
        cut(measurement.value(), limit),
        cut(measurement.metadata(), limit),
        measurement.resumeAt());
  }

  private static Map<String, String> cut(Map<String, String> metadata, int limit) {
    Map<String, String> cut = new LinkedHashMap<>();
    metadata.forEach((key, value) -> cut.put(key, cut(value, limit)));
    return cut;
  }

  private static String cut(String text, int limit) {
    return text.length() <= limit ? text : text.substring(0, limit - 1) + "…";
  }
}
