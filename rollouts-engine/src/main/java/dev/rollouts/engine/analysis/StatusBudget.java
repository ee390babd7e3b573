package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Keeps the status small enough to be stored, whatever is measured: below 256 KiB as JSON. When it
 * would grow beyond, the metric that takes most room loses its oldest measurement; the newest of
 * each metric stays, in the end shortened. Counters are not touched.
 */
final class StatusBudget {
  private static final int BYTES_MAX = 240 * 1024;
  private static final int MEASUREMENT_OVERHEAD = 256;
  private static final int RESULT_OVERHEAD = 512;
  private static final int ESCAPED_MAX = 6;
  private static final int[] TEXT_MAXIMA = {512, 128, 32};

  private StatusBudget() {}

  /**
   * The results, or as much of them as fits.
   *
   * @param before as last saved; results that are still the same objects have been weighed already
   *     when nothing else changed
   */
  static List<MetricResult> fit(List<MetricResult> results, List<MetricResult> before) {
    if (isUnchanged(results, before) || roughly(results) <= BYTES_MAX) {
      return results;
    }
    List<MetricResult> fitting = new ArrayList<>(results);
    int[] sizes = new int[fitting.size()];
    long total = 0;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = size(fitting.get(i));
      total += sizes[i];
    }
    while (total > BYTES_MAX) {
      int largest = largestWithSurplus(fitting, sizes);
      if (largest < 0) {
        break;
      }
      MetricResult result = fitting.get(largest);
      List<Measurement> measurements = result.measurements();
      int freed = size(measurements.get(0));
      fitting.set(
          largest, Results.withMeasurements(result, measurements.subList(1, measurements.size())));
      sizes[largest] -= freed;
      total -= freed;
    }
    for (int max : TEXT_MAXIMA) {
      if (total <= BYTES_MAX) {
        break;
      }
      total = 0;
      for (int i = 0; i < fitting.size(); i++) {
        fitting.set(i, shortened(fitting.get(i), max));
        total += size(fitting.get(i));
      }
    }
    return fitting;
  }

  @SuppressWarnings("ReferenceEquality") // only what was cut is another object
  private static boolean isUnchanged(List<MetricResult> results, List<MetricResult> before) {
    if (results.size() != before.size()) {
      return false;
    }
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) != before.get(i)) {
        return false;
      }
    }
    return true;
  }

  private static int largestWithSurplus(List<MetricResult> results, int[] sizes) {
    int largest = -1;
    for (int i = 0; i < sizes.length; i++) {
      if (results.get(i).measurements().size() > 1 && (largest < 0 || sizes[i] > sizes[largest])) {
        largest = i;
      }
    }
    return largest;
  }

  /** What a measurement in flight remembers is never shortened: it could not be resumed. */
  private static MetricResult shortened(MetricResult result, int max) {
    List<Measurement> measurements = new ArrayList<>();
    for (Measurement each : result.measurements()) {
      measurements.add(
          each.isInFlight()
              ? each
              : new Measurement(
                  each.phase(),
                  Texts.cut(each.message(), max),
                  each.startedAt(),
                  each.finishedAt(),
                  Texts.cut(each.value(), max),
                  Map.of(),
                  each.resumeAt()));
    }
    return new MetricResult(
        result.name(),
        result.phase(),
        measurements,
        Texts.cut(result.message(), max),
        result.count(),
        result.successful(),
        result.failed(),
        result.inconclusive(),
        result.error(),
        result.consecutiveError(),
        result.consecutiveSuccess(),
        result.dryRun(),
        Map.of());
  }

  /** An upper bound that looks at lengths only. */
  private static long roughly(List<MetricResult> results) {
    long total = 0;
    for (MetricResult result : results) {
      long chars = result.name().length() + result.message().length() + length(result.metadata());
      for (Measurement each : result.measurements()) {
        chars += each.message().length() + each.value().length() + length(each.metadata());
      }
      total +=
          RESULT_OVERHEAD
              + (long) result.measurements().size() * MEASUREMENT_OVERHEAD
              + ESCAPED_MAX * chars;
    }
    return total;
  }

  private static long length(Map<String, String> metadata) {
    long chars = 0;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      chars += entry.getKey().length() + entry.getValue().length() + 2;
    }
    return chars;
  }

  private static int size(MetricResult result) {
    int bytes =
        RESULT_OVERHEAD + size(result.name()) + size(result.message()) + size(result.metadata());
    for (Measurement each : result.measurements()) {
      bytes += size(each);
    }
    return bytes;
  }

  private static int size(Measurement measurement) {
    return MEASUREMENT_OVERHEAD
        + size(measurement.message())
        + size(measurement.value())
        + size(measurement.metadata());
  }

  private static int size(Map<String, String> metadata) {
    int bytes = 0;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      bytes += size(entry.getKey()) + size(entry.getValue()) + ESCAPED_MAX;
    }
    return bytes;
  }

  /** Bytes of a JSON string at most, with the escapes of the most cautious writers. */
  private static int size(String text) {
    int bytes = 2;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x7f || Character.isSurrogate(c)) {
        bytes += ESCAPED_MAX;
      } else if (c == '"' || c == '\\') {
        bytes += 2;
      } else {
        bytes += c < 0x80 ? 1 : 3;
      }
    }
    return bytes;
  }
}
