package dev.rollouts.simulation.rollout;

/**
 * A decision broke a {@link RolloutInvariant}; the message has the state, and in a simulation the
 * seed, the timeline and how to replay it.
 */
public final class RolloutViolation extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final RolloutInvariant invariant;
  private final String detail;

  RolloutViolation(RolloutInvariant invariant, String detail) {
    super(invariant + " (" + invariant.promise() + "; " + invariant.rules() + "): " + detail);
    this.invariant = invariant;
    this.detail = detail;
  }

  RolloutViolation(RolloutViolation cause, String context) {
    super(cause.getMessage() + "\n" + context, cause);
    this.invariant = cause.invariant;
    this.detail = cause.detail;
  }

  /** What was broken. */
  public RolloutInvariant invariant() {
    return invariant;
  }

  /** By what, with the values. */
  public String detail() {
    return detail;
  }
}
