package dev.rollouts.codec;

import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;

/**
 * One thing that is wrong with a text: where, what, and what to do.
 *
 * @param file the name under which the text was read
 * @param position of the value; of the key for an unknown field; of the nearest existing parent for
 *     a missing one
 * @param path from the object, such as {@code spec.metrics[1].interval}; the root when the text as
 *     such is wrong
 * @param kind what sort of problem
 * @param message names the value, the limit and the remedy; does not repeat the place
 */
public record DocumentProblem(
    String file, Position position, Path path, Kind kind, String message) {
  /** What sort of problem. */
  public enum Kind {
    /** Not YAML or JSON, or not text at all. What comes after it in the document was not read. */
    SYNTAX,
    /** Longer, deeper or larger than the {@link Limits}. The document was not read. */
    LIMIT,
    /** A key twice in one object; the later one counts. */
    DUPLICATE_KEY,
    /** No object, or {@code apiVersion} and {@code kind} do not say what it is. */
    OBJECT,
    /** The field does not exist in the model; the API server would drop it. */
    UNKNOWN_FIELD,
    /** The value has another type than the model wants, or is outside the type's range. */
    WRONG_TYPE,
    /** A required field is absent. */
    MISSING,
    /** The type is right and the value is not. */
    INVALID;

    static Kind of(Problem.Kind kind) {
      return switch (kind) {
        case UNKNOWN_FIELD -> UNKNOWN_FIELD;
        case WRONG_TYPE -> WRONG_TYPE;
        case MISSING -> MISSING;
        case INVALID -> INVALID;
      };
    }

    /** Whether nothing, or not everything, of the document could be read. */
    public boolean isFatal() {
      return this == SYNTAX || this == LIMIT;
    }
  }

  /** {@code file:line:column: path: message}, without the path where the text as such is wrong. */
  @Override
  public String toString() {
    String where = file + ":" + position + ": ";
    return path.segments().isEmpty() ? where + message : where + path + ": " + message;
  }
}
