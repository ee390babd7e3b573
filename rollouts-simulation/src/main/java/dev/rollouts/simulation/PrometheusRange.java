package dev.rollouts.simulation;

import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The body of an answer to a Prometheus range query. */
final class PrometheusRange {
  private final String name;

  private PrometheusRange(String name) {
    this.name = name;
  }

  static List<Map<Duration, Double>> read(String name, String json) {
    Object document;
    try {
      document = Json.read(name, json);
    } catch (CodecException malformed) {
      throw new IllegalArgumentException(malformed.getMessage(), malformed);
    }
    return new PrometheusRange(name).series(document);
  }

  private List<Map<Duration, Double>> series(@Nullable Object document) {
    Map<?, ?> answer = object(document, "the document");
    if (!"success".equals(answer.get("status"))) {
      throw invalid(
          "status",
          "is %s; save an answer with status \"success\"".formatted(answer.get("status")));
    }
    Map<?, ?> data = object(answer.get("data"), "data");
    if (!"matrix".equals(data.get("resultType"))) {
      throw invalid(
          "data.resultType",
          "is %s; save the answer to a range query (/api/v1/query_range), which is a matrix"
              .formatted(data.get("resultType")));
    }
    List<?> result = list(data.get("result"), "data.result");
    if (result.isEmpty()) {
      throw invalid("data.result", "is empty; query a range in which there are data");
    }
    List<Map<Duration, Double>> all = new ArrayList<>();
    for (int i = 0; i < result.size(); i++) {
      String here = "data.result[" + i + "]";
      Map<?, ?> one = object(result.get(i), here);
      all.add(samples(list(one.get("values"), here + ".values"), here + ".values"));
    }
    return all;
  }

  private Map<Duration, Double> samples(List<?> values, String path) {
    Map<Duration, Double> samples = new TreeMap<>();
    for (int i = 0; i < values.size(); i++) {
      String here = path + "[" + i + "]";
      List<?> sample = list(values.get(i), here);
      if (sample.size() != 2
          || !(sample.get(0) instanceof Number seconds)
          || !(sample.get(1) instanceof String text)) {
        throw invalid(here, "is no [seconds, \"number\"]");
      }
      Double number = CsvSeries.value(text);
      if (number == null) {
        throw invalid(here, "\"" + text + "\" is no number");
      }
      samples.put(Duration.ofMillis(Math.round(seconds.doubleValue() * 1000)), number);
    }
    return samples;
  }

  private Map<?, ?> object(@Nullable Object value, String path) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw invalid(path, "is no object");
  }

  private List<?> list(@Nullable Object value, String path) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw invalid(path, "is no list");
  }

  private IllegalArgumentException invalid(String path, String message) {
    return new IllegalArgumentException(name + ": " + path + " " + message);
  }
}
