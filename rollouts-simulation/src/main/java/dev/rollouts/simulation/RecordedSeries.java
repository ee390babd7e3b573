package dev.rollouts.simulation;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Numbers that were measured once, to be played back from the start of a simulation. Immutable.
 *
 * <p>As with a Prometheus query, the newest sample at or before a moment counts, unless it is older
 * than the lookback.
 */
public final class RecordedSeries {
  /** How old a sample may be by default: five minutes, as in Prometheus. */
  public static final Duration LOOKBACK_DEFAULT = Duration.ofMinutes(5);

  private final List<NavigableMap<Duration, Double>> series;
  private final Duration lookback;

  private RecordedSeries(List<NavigableMap<Duration, Double>> series, Duration lookback) {
    this.series = List.copyOf(series);
    this.lookback = lookback;
  }

  /**
   * Several series; all share the start, which is the first sample of any.
   *
   * @param samples of each series by time, counted from anywhere; not empty
   */
  static RecordedSeries of(List<? extends Map<Duration, Double>> samples) {
    Duration start =
        samples.stream()
            .flatMap(each -> each.keySet().stream())
            .min(Duration::compareTo)
            .orElseThrow(() -> new IllegalArgumentException("a recording needs a sample"));
    List<NavigableMap<Duration, Double>> shifted = new ArrayList<>();
    for (Map<Duration, Double> each : samples) {
      NavigableMap<Duration, Double> sorted = new TreeMap<>();
      each.forEach((at, number) -> sorted.put(at.minus(start), number));
      shifted.add(sorted);
    }
    return new RecordedSeries(shifted, LOOKBACK_DEFAULT);
  }

  /**
   * Reads comma-separated values: a time and one number per series in each line, a header if you
   * like.
   *
   * <pre>
   * time,canary
   * 0,0.99
   * 60,0.97
   * </pre>
   *
   * <p>Times are seconds, durations such as {@code 1m30s}, or dates such as {@code
   * 2026-05-01T10:00:00Z}. An empty field means that there was no sample. Semicolons and tabs
   * separate, too.
   *
   * @param name what to call the text in messages
   * @throws IllegalArgumentException with the line
   */
  public static RecordedSeries csv(String name, String text) {
    return of(CsvSeries.read(name, text));
  }

  /**
   * Reads what Prometheus answered to a range query: the body of {@code /api/v1/query_range}.
   *
   * @param name what to call the text in messages
   * @throws IllegalArgumentException with the place in the document
   */
  public static RecordedSeries prometheus(String name, String json) {
    return of(PrometheusRange.read(name, json));
  }

  /** The same recording whose samples count for that long. */
  public RecordedSeries withLookback(Duration span) {
    return new RecordedSeries(series, requireNonNull(span, "span"));
  }

  /** Time between the first and the last sample. */
  public Duration length() {
    return series.stream()
        .filter(each -> !each.isEmpty())
        .map(NavigableMap::lastKey)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** The number of each series that has one then; empty when there are no data. */
  public double[] at(Duration elapsed) {
    return series.stream()
        .map(each -> each.floorEntry(elapsed))
        .filter(sample -> sample != null && elapsed.minus(sample.getKey()).compareTo(lookback) <= 0)
        .mapToDouble(Map.Entry::getValue)
        .toArray();
  }
}
