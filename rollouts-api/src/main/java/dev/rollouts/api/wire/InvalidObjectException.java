package dev.rollouts.api.wire;

import java.util.List;
import java.util.stream.Collectors;

/** An object that was built by hand has problems; all of them are in here, each with its path. */
public final class InvalidObjectException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * An exception that lists the problems.
   *
   * @param what the object, as in {@code metric "success-rate"}
   */
  public InvalidObjectException(String what, List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(Collectors.joining("\n  ", what + " is invalid:\n  ", "")));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, in the order of the fields. */
  public List<Problem> problems() {
    return problems;
  }
}
