package dev.rollouts.analysis.wavefront;

import dev.rollouts.analysis.http.Excerpt;
import dev.rollouts.analysis.http.Json;
import dev.rollouts.analysis.http.Numbers;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.Observation.Value.Part;
import dev.rollouts.api.provider.ObservedData.Sample;
import dev.rollouts.api.provider.ObservedData.Series;
import dev.rollouts.api.provider.ObservedData.SeriesData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an answer of Wavefront's chart API says. Pure. */
final class WavefrontResponse {
  private static final int DECIMALS = 2;
  private static final int MESSAGE_MAX = 2000;

  /** Beyond it a number of seconds is no time. */
  private static final double EPOCH_SECONDS_MAX = 1e11;

  private WavefrontResponse() {}

  /**
   * The value of one series, or the values of several.
   *
   * @param startedAt when the measurement began, in seconds; the nearest points count
   */
  static Observation parse(String body, long startedAt) {
    List<Series> series = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try {
      if (!(Json.parse(body) instanceof Map<?, ?> answer)) {
        throw new Malformed("the answer has to be an object; is this a Wavefront server?");
      }
      if (answer.get("warnings") instanceof String warnings && !warnings.isEmpty()) {
        metadata.put("warnings", Excerpt.of(warnings, MESSAGE_MAX));
      }
      List<?> list = list(answer.get("timeseries"), "timeseries");
      for (int i = 0; i < list.size(); i++) {
        series.add(series(list.get(i), "timeseries[" + i + "]"));
      }
    } catch (Json.MalformedException | Malformed e) {
      return new Observation.Failure("bad answer of Wavefront: " + e.getMessage(), metadata);
    }
    return series.isEmpty()
        ? new Observation.Failure("No TimeSeries found in response from Wavefront", metadata)
        : value(series, startedAt, metadata);
  }

  private static Observation value(
      List<Series> series, long startedAt, Map<String, String> metadata) {
    List<Point> points = series.stream().map(one -> nearest(one.samples(), startedAt)).toList();
    boolean isOne = points.size() == 1;
    metadata.put("timestamps", rendered(points, point -> Long.toString(point.at())));
    metadata.put("drift", rendered(points, point -> Long.toString(point.drift())));
    return Observation.of(
            isOne ? ResultKind.SCALAR : ResultKind.VECTOR,
            isOne ? points.get(0).value() : points.stream().map(Point::value).toList(),
            rendered(points, point -> Numbers.fixed(point.value(), DECIMALS)))
        .withMetadata(metadata)
        .keepingOnError(Part.METADATA)
        .withData(new SeriesData(series));
  }

  private static String rendered(List<Point> points, Function<Point, String> part) {
    return points.size() == 1
        ? part.apply(points.get(0))
        : points.stream().map(part).collect(Collectors.joining(",", "[", "]"));
  }

  /** The first of those nearest to the start; a series without points counts as zero (P-060). */
  private static Point nearest(List<Sample> samples, long startedAt) {
    Point nearest = null;
    for (Sample sample : samples) {
      long at = sample.at().getEpochSecond();
      Point point = new Point(at, sample.value(), at - startedAt);
      if (nearest == null || Math.abs(point.drift()) < Math.abs(nearest.drift())) {
        nearest = point;
      }
    }
    return nearest == null ? new Point(0, 0, 0) : nearest;
  }

  private static Series series(@Nullable Object element, String path) throws Malformed {
    if (!(element instanceof Map<?, ?> map)) {
      throw new Malformed(path + " has to be an object");
    }
    List<Sample> samples = new ArrayList<>();
    for (Object point : list(map.get("data"), path + ".data")) {
      if (point instanceof List<?> pair
          && pair.size() == 2
          && pair.get(0) instanceof Double at
          && pair.get(1) instanceof Double value
          && Math.abs(at) < EPOCH_SECONDS_MAX) {
        samples.add(new Sample(Instant.ofEpochSecond(at.longValue()), value));
      } else {
        throw new Malformed(path + ".data: a point has to be a pair of time and number");
      }
    }
    return new Series(labels(map), samples);
  }

  private static Map<String, String> labels(Map<?, ?> series) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String name : List.of("label", "host")) {
      if (series.get(name) instanceof String text) {
        labels.put(name, text);
      }
    }
    if (series.get("tags") instanceof Map<?, ?> tags) {
      tags.forEach((name, value) -> labels.put(String.valueOf(name), String.valueOf(value)));
    }
    return labels;
  }

  private static List<?> list(@Nullable Object value, String path) throws Malformed {
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw new Malformed(path + " has to be an array");
  }

  /**
   * The point of a series that counts.
   *
   * @param drift seconds from the start of the measurement to the point; negative before it
   */
  private record Point(long at, double value, long drift) {}

  /** An answer that is JSON, but not of the API. */
  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }
}
