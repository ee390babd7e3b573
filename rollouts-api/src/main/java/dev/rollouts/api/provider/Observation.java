package dev.rollouts.api.provider;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.wire.OrderedMap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a provider saw. */
public sealed interface Observation {
  /** What is recorded with the measurement. */
  Map<String, String> metadata();

  /** Calls the method that belongs to this variant. */
  <R> R accept(Handler<R> handler);

  /**
   * A value that the engine judges with the metric's conditions.
   *
   * @param kind what conditions may statically know of the value
   * @param value plain JDK values only: Map with String keys, List, String, Double, Long, Boolean
   *     or null
   * @param rendered the value as the measurement stores it
   * @param keptOnError what the measurement keeps when a condition cannot be evaluated; nothing by
   *     default (P-004)
   * @param data the same answer with what the value leaves out, for judges that look at
   *     distributions or series; null when there is none
   */
  record Value(
      ResultKind kind,
      @Nullable Object value,
      String rendered,
      Map<String, String> metadata,
      Set<Part> keptOnError,
      @Nullable ObservedData data)
      implements Observation {
    public Value {
      requireNonNull(kind, "kind");
      requireNonNull(rendered, "rendered");
      metadata = OrderedMap.copyOf(metadata);
      keptOnError = Set.copyOf(keptOnError);
    }

    /** The same value, stored in this form. */
    public Value rendered(String text) {
      return new Value(kind, value, text, metadata, keptOnError, data);
    }

    /** The same value with metadata. */
    public Value withMetadata(Map<String, String> more) {
      return new Value(kind, value, rendered, more, keptOnError, data);
    }

    /** The same value, of which these parts stay when a condition cannot be evaluated. */
    public Value keepingOnError(Part... parts) {
      return new Value(kind, value, rendered, metadata, Set.of(parts), data);
    }

    /** The same value with more detail. */
    public Value withData(ObservedData detail) {
      return new Value(kind, value, rendered, metadata, keptOnError, detail);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.value(this);
    }

    /** A part of a measurement. */
    public enum Part {
      VALUE,
      METADATA
    }
  }

  /**
   * The judgement of a back-end that judges by itself.
   *
   * @param phase a completed phase
   */
  record Verdict(AnalysisPhase phase, String value, String message, Map<String, String> metadata)
      implements Observation {
    public Verdict {
      if (!phase.isCompleted()) {
        throw new IllegalArgumentException("a verdict is a completed phase, was " + phase);
      }
      metadata = OrderedMap.copyOf(metadata);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.verdict(this);
    }
  }

  /**
   * The back-end is still at it.
   *
   * @param metadata all that {@link MetricProvider#resume} needs to find it again, also after a
   *     restart; no secrets
   * @param resumeAt when to look again; null means with the next occasion
   */
  record InProgress(Map<String, String> metadata, @Nullable Instant resumeAt)
      implements Observation {
    public InProgress {
      metadata = OrderedMap.copyOf(metadata);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.inProgress(this);
    }
  }

  /**
   * The measurement could not be taken: always an Error measurement, never Failed (P-002).
   *
   * @param message names the back-end, what was wrong and, where it helps, what to do
   */
  record Failure(String message, Map<String, String> metadata) implements Observation {
    public Failure {
      requireNonNull(message, "message");
      metadata = OrderedMap.copyOf(metadata);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.failure(this);
    }
  }

  /**
   * A value whose kind follows from its Java type: a number is a scalar, a list of numbers a
   * vector; text, truth values, null and maps are themselves. A list that holds anything else is a
   * list of untyped elements.
   */
  static Value value(@Nullable Object value) {
    if (value instanceof Number number) {
      return plain(ResultKind.SCALAR, number.doubleValue());
    }
    if (value instanceof List<?> list) {
      if (list.stream().allMatch(Number.class::isInstance)) {
        List<Object> doubles = new ArrayList<>(list.size());
        list.forEach(element -> doubles.add(((Number) element).doubleValue()));
        return plain(ResultKind.VECTOR, List.copyOf(doubles));
      }
      return plain(ResultKind.LIST, list);
    }
    if (value instanceof String) {
      return plain(ResultKind.STRING, value);
    }
    if (value instanceof Boolean) {
      return plain(ResultKind.BOOLEAN, value);
    }
    return value == null ? plain(ResultKind.NIL, null) : plain(ResultKind.MAP, value);
  }

  /** A value of a kind that the caller knows, such as rows of untyped numbers. */
  static Value of(ResultKind kind, @Nullable Object value, String rendered) {
    return new Value(kind, value, rendered, Map.of(), Set.of(), null);
  }

  /** A judgement without further words. */
  static Verdict verdict(AnalysisPhase phase) {
    return new Verdict(phase, "", "", Map.of());
  }

  /** A measurement that could not be taken. */
  static Failure failure(String message) {
    return new Failure(message, Map.of());
  }

  /** A measurement to look at again. */
  static InProgress inProgress(Map<String, String> metadata, @Nullable Instant resumeAt) {
    return new InProgress(metadata, resumeAt);
  }

  private static Value plain(ResultKind kind, @Nullable Object value) {
    return of(kind, value, String.valueOf(value));
  }

  /** One answer per variant. */
  interface Handler<R> {
    R value(Value value);

    R verdict(Verdict verdict);

    R inProgress(InProgress inProgress);

    R failure(Failure failure);
  }
}
