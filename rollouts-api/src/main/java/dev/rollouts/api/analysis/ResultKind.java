package dev.rollouts.api.analysis;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code result} is inside a condition: the shape a provider's value has, as far as it is
 * known before the condition runs.
 *
 * <p>The kind decides what the condition's type check can refuse. {@code result >= 0.95} compiles
 * for a {@link #SCALAR} and is an error for a {@link #VECTOR}; inside a {@link #MAP} nothing is
 * known and the same mistake shows when the condition runs.
 */
public enum ResultKind {
  /**
   * One {@code Double}: a Prometheus scalar, one Wavefront series, a number selected from a
   * document.
   */
  SCALAR('F', "a number"),
  /**
   * A {@code List<Double>}: one sample per series, or all samples of a range; empty when there are
   * no data.
   */
  VECTOR('V', "an array of numbers"),
  /** One {@code String}. */
  STRING('S', "a string"),
  /** One {@code Boolean}. */
  BOOLEAN('B', "a boolean"),
  /** No value at all: {@code null}. */
  NIL('N', "nil (no data)"),
  /**
   * A {@code Map<String, ?>}: a JSON object; what its keys hold is unknown until the condition
   * runs.
   */
  MAP('M', "an object"),
  /**
   * A {@code List<?>} from a document: what the elements are is unknown until the condition runs.
   */
  LIST('L', "an array of values"),
  /**
   * A list of CloudWatch results: maps with {@code Id}, {@code Label}, {@code Messages}, {@code
   * StatusCode}, {@code Timestamps} and {@code Values}.
   */
  RECORDS('C', "an array of CloudWatch results"),
  /**
   * A {@code List<?>} of InfluxDB column values: numbers, booleans, strings, times, durations or
   * nil.
   */
  ROWS('I', "an array of column values");

  private final char letter;
  private final String description;

  ResultKind(char letter, String description) {
    this.letter = letter;
    this.description = description;
  }

  /** The letter that the specification of the condition language uses for this kind. */
  public char letter() {
    return letter;
  }

  /** What {@code result} is, for messages: {@code "an array of numbers"}. */
  public String description() {
    return description;
  }

  /**
   * The kind of a value that was read from a JSON document: a list is a {@link #LIST} and a number
   * a {@link #SCALAR}.
   *
   * @throws IllegalArgumentException for anything that JSON cannot hold
   */
  public static ResultKind ofJson(@Nullable Object value) {
    if (value == null) {
      return NIL;
    }
    if (value instanceof Number) {
      return SCALAR;
    }
    if (value instanceof String) {
      return STRING;
    }
    if (value instanceof Boolean) {
      return BOOLEAN;
    }
    if (value instanceof Map) {
      return MAP;
    }
    if (value instanceof List) {
      return LIST;
    }
    throw new IllegalArgumentException("not a JSON value: " + value.getClass().getName());
  }
}
