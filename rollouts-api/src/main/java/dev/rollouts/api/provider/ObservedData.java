package dev.rollouts.api.provider;

import dev.rollouts.api.wire.OrderedMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An answer in more detail than a condition can use. */
public sealed interface ObservedData {
  /** Series with their labels and times, in the order of the answer. */
  record SeriesData(List<Series> series) implements ObservedData {
    public SeriesData {
      series = List.copyOf(series);
    }
  }

  /** Successes out of a total, both since the same moment. */
  record CountData(long successes, long total) implements ObservedData {}

  /** A distribution; buckets ascend. */
  record HistogramData(List<Bucket> buckets) implements ObservedData {
    public HistogramData {
      buckets = List.copyOf(buckets);
    }
  }

  /** One series; samples ascend in time. */
  record Series(Map<String, String> labels, List<Sample> samples) {
    public Series {
      labels = OrderedMap.copyOf(labels);
      samples = List.copyOf(samples);
    }
  }

  /** One sample; the value may be NaN or infinite. */
  record Sample(Instant at, double value) {}

  /** How many observations lie above the lower and at or below the upper bound. */
  record Bucket(double lower, double upper, double count) {}
}
