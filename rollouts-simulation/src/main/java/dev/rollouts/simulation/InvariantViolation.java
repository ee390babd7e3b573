package dev.rollouts.simulation;

/**
 * A decision broke an {@link Invariant}; in a simulation the message has the seed, the timeline and
 * how to replay it.
 */
public final class InvariantViolation extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final Invariant invariant;
  private final String detail;

  InvariantViolation(Invariant invariant, String detail) {
    super(invariant + " (" + invariant.promise() + "): " + detail);
    this.invariant = invariant;
    this.detail = detail;
  }

  InvariantViolation(InvariantViolation cause, String context) {
    super(cause.getMessage() + "\n" + context, cause);
    this.invariant = cause.invariant;
    this.detail = cause.detail;
  }

  /** What was broken. */
  public Invariant invariant() {
    return invariant;
  }

  /** By what, with the values. */
  public String detail() {
    return detail;
  }
}
