package dev.rollouts.engine.analysis.args;

/** A placeholder or an argument has no value. The message is safe to show and says which. */
public final class UnresolvedArgumentException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A placeholder or an argument has no value, for the reason that the message gives. */
  public UnresolvedArgumentException(String message) {
    super(message);
  }
}
