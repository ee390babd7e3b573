package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.codec.Json;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.analysis.Observed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happened in a simulation, turn by turn. Immutable and thread-safe. */
public final class Trace {
  private final long seed;
  private final AnalysisSpec spec;
  private final AnalysisRunStatus status;
  private final List<Turn> turns;
  private final Duration length;
  private final String replay;
  private final Map<Invariant, Long> chances;

  Trace(
      long seed,
      AnalysisSpec spec,
      AnalysisRunStatus status,
      List<Turn> turns,
      Duration length,
      String replay,
      Map<Invariant, Long> chances) {
    this.seed = seed;
    this.spec = spec;
    this.status = status;
    this.turns = turns;
    this.length = length;
    this.replay = replay;
    this.chances = chances.isEmpty() ? Map.of() : new EnumMap<>(chances);
  }

  /** The seed that gives this trace again. */
  public long seed() {
    return seed;
  }

  /** How to see this trace again, for people. */
  public String replay() {
    return replay;
  }

  /** The spec at the end; {@code terminate} may have been set on the way. */
  public AnalysisSpec spec() {
    return spec;
  }

  /** The status at the end. */
  public AnalysisRunStatus status() {
    return status;
  }

  /** The verdict, or Running when the time was up first. */
  public AnalysisPhase phase() {
    return status.phase();
  }

  /** Why, in the words of the status; often empty. */
  public String message() {
    return status.message();
  }

  /** What is known of a metric at the end, if it was measured. */
  public Optional<MetricResult> result(String metric) {
    return status.result(metric);
  }

  /** Every decision, in order; the last ones may follow the verdict. */
  public List<Turn> turns() {
    return turns;
  }

  /** Virtual time that was simulated. */
  public Duration length() {
    return length;
  }

  /** Virtual time from the start to the verdict, if there was one. */
  public Optional<Duration> timeToVerdict() {
    return savedTurns().stream()
        .filter(turn -> turn.after().phase().isCompleted())
        .map(Turn::elapsed)
        .findFirst();
  }

  /** The decisions that were saved. */
  private List<Turn> savedTurns() {
    return turns.stream().filter(Turn::saved).toList();
  }

  /** Why things are as they are: the reasons of all decisions that were saved, in order. */
  public List<Reason> reasons() {
    return savedTurns().stream().flatMap(turn -> turn.decision().reasons().stream()).toList();
  }

  /** How often each invariant was checked; empty if none was. */
  public Map<Invariant, Long> chances() {
    return Collections.unmodifiableMap(chances);
  }

  /**
   * A finished measurement, for tables and plots.
   *
   * @param elapsed when it was counted, since the start
   * @param value as the status has it
   * @param number the number, or the first of several; null when there was none
   * @param message error text; often empty
   */
  public record Point(
      String metric,
      int attempt,
      Duration elapsed,
      AnalysisPhase phase,
      String value,
      @Nullable Double number,
      String message) {}

  /** Every finished measurement that counted, in the order in which they did. */
  public List<Point> points() {
    List<Point> points = new ArrayList<>();
    for (Turn turn : turns) {
      if (turn.saved()) {
        for (MetricResult result : turn.after().metricResults()) {
          Point point = point(turn, result);
          if (point != null) {
            points.add(point);
          }
        }
      }
    }
    return points;
  }

  /** The finished measurements of one metric. */
  public List<Point> points(String metric) {
    return points().stream().filter(point -> point.metric().equals(metric)).toList();
  }

  /** The measurement that this turn counted, or null. */
  static @Nullable Point point(Turn turn, MetricResult result) {
    int taken = result.count() + result.error();
    MetricResult earlier = turn.before().result(result.name()).orElse(null);
    if (earlier != null && earlier.count() + earlier.error() == taken) {
      return null;
    }
    Measurement last = result.lastMeasurement();
    if (last == null || last.isInFlight()) {
      return null;
    }
    return new Point(
        result.name(),
        taken,
        turn.elapsed(),
        last.phase(),
        last.value(),
        number(turn.seen(), result.name(), taken),
        last.message());
  }

  private static @Nullable Double number(List<Observed> seen, String metric, int attempt) {
    for (Observed observed : seen) {
      if (observed.id().metric().equals(metric)
          && observed.id().attempt() == attempt
          && observed instanceof Observed.Answer answer
          && answer.observation() instanceof Observation.Value value) {
        return number(value.value());
      }
    }
    return null;
  }

  private static @Nullable Double number(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof List<?> list) {
      return list.isEmpty() ? null : number(list.get(0));
    }
    if (value instanceof Map<?, ?> map) {
      Object values = map.get("Values");
      return number(values != null || map.size() != 1 ? values : map.values().iterator().next());
    }
    return null;
  }

  /**
   * One line of the timeline.
   *
   * @param elapsed since the start
   * @param subject a metric's name, {@code run} or {@code fault}
   */
  public record Row(Duration elapsed, String subject, String text) {}

  /** What changed, in order. */
  public List<Row> rows() {
    return Timeline.rows(this);
  }

  /** What changed, one line each, in columns; long ones leave out the middle. */
  public String timeline() {
    return Timeline.render(rows());
  }

  /**
   * Everything as JSON: verdict, status, measurements, and every turn with its reasons. Numbers
   * that JSON does not have are texts.
   */
  public String toJson() {
    return Json.writePretty(TraceTree.of(this));
  }

  /** A summary, not the timeline. */
  @Override
  public String toString() {
    return "Trace[seed=%s, phase=%s, message=%s, length=%s, turns=%s]"
        .formatted(seed, phase().wireName(), message(), length, turns.size());
  }
}
