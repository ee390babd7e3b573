package dev.rollouts.engine.rollout.children;

/**
 * A run or an experiment cannot be built: a template is missing, an argument has no value. The
 * message is safe to show and says which. The turn is to be decided again later.
 */
public final class CannotBuildException extends Exception {
  private static final long serialVersionUID = 1L;

  /** It cannot be built, for the reason that the message gives. */
  public CannotBuildException(String message) {
    super(message);
  }
}
