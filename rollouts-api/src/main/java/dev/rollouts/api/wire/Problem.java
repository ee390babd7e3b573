package dev.rollouts.api.wire;

import static java.util.Objects.requireNonNull;

/**
 * One thing that is wrong with an object: where, what, and what to do.
 *
 * @param path the field, from the object that was read or built
 * @param kind what sort of problem, for tools that treat sorts differently
 * @param message names the value, the limit and the remedy; does not repeat the path
 */
public record Problem(Path path, Kind kind, String message) {
  /** What sort of problem. */
  public enum Kind {
    /** The field does not exist in the model; the API server would prune it. */
    UNKNOWN_FIELD,
    /** The value has another JSON type than the model wants, or is outside the type's range. */
    WRONG_TYPE,
    /** A required field is absent. */
    MISSING,
    /**
     * The type is right and the value is not: an unparseable duration, a limit below its minimum.
     */
    INVALID
  }

  public Problem {
    requireNonNull(path, "path");
    requireNonNull(kind, "kind");
    requireNonNull(message, "message");
  }

  /** A value of the right type that the model refuses. */
  public static Problem invalid(Path path, String message) {
    return new Problem(path, Kind.INVALID, message);
  }

  /** The same problem as seen from an enclosing object. */
  public Problem under(Path outer) {
    return new Problem(path.under(outer), kind, message);
  }

  /** {@code path: message}. */
  @Override
  public String toString() {
    return path + ": " + message;
  }
}
