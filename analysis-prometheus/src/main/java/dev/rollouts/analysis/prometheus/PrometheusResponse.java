package dev.rollouts.analysis.prometheus;

import dev.rollouts.analysis.http.Excerpt;
import dev.rollouts.analysis.http.HttpAnswer;
import dev.rollouts.analysis.http.Json;
import dev.rollouts.analysis.http.Numbers;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ObservedData.Sample;
import dev.rollouts.api.provider.ObservedData.Series;
import dev.rollouts.api.provider.ObservedData.SeriesData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an answer of the Prometheus HTTP API says. Pure. */
final class PrometheusResponse {
  private static final int MESSAGE_MAX = 2000;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

  /** Beyond it milliseconds do not fit an Instant. */
  private static final double EPOCH_SECONDS_MAX = 1e11;

  private PrometheusResponse() {}

  /** The value with its series and warnings, or what the server said was wrong. */
  static Observation parse(HttpAnswer answer) {
    boolean apiError = answer.status() == 400 || answer.status() == 422;
    if (!answer.isSuccessful() && !apiError) {
      return Observation.failure(refusal(answer.status()));
    }
    try {
      Map<?, ?> body = object(Json.parse(answer.text()), "the answer");
      if ("error".equals(body.get("status"))) {
        return Observation.failure(
            Excerpt.of(text(body.get("errorType")) + ": " + text(body.get("error")), MESSAGE_MAX));
      }
      if (apiError) {
        return Observation.failure("bad_response: inconsistent body for response code");
      }
      return value(body);
    } catch (Json.MalformedException | Malformed e) {
      return Observation.failure("bad_response: " + e.getMessage());
    }
  }

  private static String refusal(int status) {
    return switch (status / 100) {
      case 4 -> "client_error: client error: " + status;
      case 5 -> "server_error: server error: " + status;
      default -> "bad_response: bad response code " + status;
    };
  }

  private static Observation value(Map<?, ?> body) throws Malformed {
    Map<?, ?> data = object(body.get("data"), "data");
    String type = text(data.get("resultType"));
    Object result = data.get("result");
    return switch (type) {
      case "scalar" -> warned(scalar(result), body);
      case "vector" -> warned(vector(list(result, "data.result")), body);
      case "matrix" -> warned(matrix(list(result, "data.result")), body);
      default ->
          Observation.failure(
              "unexpected value type \"%s\": the query has to yield numbers"
                  .formatted(Excerpt.of(type, 40)));
    };
  }

  private static Observation.Value scalar(@Nullable Object result) throws Malformed {
    Sample sample = sample(result, "data.result");
    return Observation.of(ResultKind.SCALAR, sample.value(), Numbers.plain(sample.value()))
        .withData(new SeriesData(List.of(new Series(Map.of(), List.of(sample)))));
  }

  private static Observation.Value vector(List<?> result) throws Malformed {
    List<Series> series = new ArrayList<>(result.size());
    for (int i = 0; i < result.size(); i++) {
      String path = "data.result[" + i + "]";
      Map<?, ?> element = object(result.get(i), path);
      // A native histogram has no single value; it counts as zero (P-026).
      Sample sample =
          element.get("value") == null && element.get("histogram") != null
              ? new Sample(at(element.get("histogram"), path), 0)
              : sample(element.get("value"), path);
      series.add(new Series(labels(element), List.of(sample)));
    }
    return vectorOf(series);
  }

  private static Observation.Value matrix(List<?> result) throws Malformed {
    List<Series> series = new ArrayList<>(result.size());
    for (int i = 0; i < result.size(); i++) {
      String path = "data.result[" + i + "]";
      Map<?, ?> element = object(result.get(i), path);
      Object values = element.get("values");
      List<Sample> samples = new ArrayList<>();
      for (Object value : values == null ? List.of() : list(values, path + ".values")) {
        samples.add(sample(value, path + ".values"));
      }
      series.add(new Series(labels(element), samples));
    }
    return vectorOf(series);
  }

  private static Observation.Value vectorOf(List<Series> series) {
    List<Double> values = new ArrayList<>();
    series.forEach(one -> one.samples().forEach(sample -> values.add(sample.value())));
    String rendered =
        values.stream().map(Numbers::plain).collect(Collectors.joining(",", "[", "]"));
    return Observation.of(ResultKind.VECTOR, List.copyOf(values), rendered)
        .withData(new SeriesData(series));
  }

  private static Map<String, String> labels(Map<?, ?> element) {
    Map<String, String> labels = new LinkedHashMap<>();
    if (element.get("metric") instanceof Map<?, ?> metric) {
      metric.forEach((name, value) -> labels.put(String.valueOf(name), text(value)));
    }
    return labels;
  }

  private static Sample sample(@Nullable Object pair, String path) throws Malformed {
    Instant at = at(pair, path);
    if (pair instanceof List<?> list && list.get(1) instanceof String text) {
      return new Sample(at, number(text, path));
    }
    throw new Malformed(path + ": a sample's value has to be a string with a number");
  }

  private static Instant at(@Nullable Object pair, String path) throws Malformed {
    if (pair instanceof List<?> list
        && list.size() == 2
        && list.get(0) instanceof Double seconds
        && Math.abs(seconds) < EPOCH_SECONDS_MAX) {
      return Instant.ofEpochMilli(Math.round(seconds * 1000));
    }
    throw new Malformed(path + ": a sample has to be a pair of time and value");
  }

  private static double number(String text, String path) throws Malformed {
    switch (text) {
      case "NaN":
        return Double.NaN;
      case "+Inf", "Inf":
        return Double.POSITIVE_INFINITY;
      case "-Inf":
        return Double.NEGATIVE_INFINITY;
      default:
        if (text.length() > 400 || !NUMBER.matcher(text).matches()) {
          throw new Malformed(
              path + ": \"" + Excerpt.of(text, 40) + "\" is not the value of a sample");
        }
        return Double.parseDouble(text);
    }
  }

  /** The warnings, each quoted, joined by comma and blank (P-027). */
  private static Observation.Value warned(Observation.Value value, Map<?, ?> body) {
    if (!(body.get("warnings") instanceof List<?> warnings) || warnings.isEmpty()) {
      return value;
    }
    String joined =
        warnings.stream()
            .map(warning -> quoted(Excerpt.of(text(warning), MESSAGE_MAX)))
            .collect(Collectors.joining(", "));
    return value.withMetadata(Map.of("warnings", joined));
  }

  private static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
        + '"';
  }

  private static Map<?, ?> object(@Nullable Object value, String path) throws Malformed {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new Malformed(path + " has to be an object; is this a Prometheus server?");
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

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }

  /** An answer that is JSON, but not of the API. */
  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }
}
