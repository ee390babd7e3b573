package dev.rollouts.cli.plugin;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Json;
import dev.rollouts.simulation.Script;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the metrics of a rollout were when they were last measured.
 *
 * @param values by name of metric, as plain JSON values
 */
record Measured(Map<String, Object> values) {
  /** The newest measurement of each metric that gave a value, of whichever run. */
  static Measured in(List<AnalysisRun> runs) {
    List<AnalysisRun> oldestFirst = new ArrayList<>(runs);
    oldestFirst.sort(
        Comparator.comparing(
            run ->
                run.metadata().creationTimestamp() == null
                    ? Instant.EPOCH
                    : run.metadata().creationTimestamp()));
    Map<String, Object> values = new LinkedHashMap<>();
    for (AnalysisRun run : oldestFirst) {
      for (MetricResult result : run.statusOrPending().metricResults()) {
        for (Measurement each : result.measurements()) {
          value(each).ifPresent(value -> values.put(result.name(), value));
        }
      }
    }
    return new Measured(values);
  }

  private static Optional<Object> value(Measurement measurement) {
    if (measurement.phase() == AnalysisPhase.ERROR || measurement.value().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(Json.read("value", measurement.value()));
    } catch (CodecException notJson) {
      return Optional.empty();
    }
  }

  /** A back-end that goes on to say what it said last; empty when it said nothing yet. */
  Optional<Script> script(String metric) {
    return Optional.ofNullable(values.get(metric)).map(Measured::always);
  }

  /**
   * The same with every number multiplied; empty when nothing was measured, or no number.
   *
   * @param factor such as 2 for twice as much
   */
  Optional<Script> times(String metric, BigDecimal factor) {
    Object value = values.get(metric);
    Object scaled = value == null ? null : scaled(value, factor);
    return Optional.ofNullable(scaled).map(Measured::always);
  }

  private static @Nullable Object scaled(Object value, BigDecimal factor) {
    if (value instanceof Number number) {
      return new BigDecimal(number.toString()).multiply(factor).doubleValue();
    }
    if (value instanceof List<?> list && !list.isEmpty()) {
      List<Object> all = new ArrayList<>();
      for (Object each : list) {
        Object one = each == null ? null : scaled(each, factor);
        if (one == null) {
          return null;
        }
        all.add(one);
      }
      return all;
    }
    return null;
  }

  private static Script always(Object value) {
    return Script.always(Observation.of(ResultKind.ofJson(value), value, Json.write(value)));
  }
}
