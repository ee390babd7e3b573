package dev.rollouts.controller.kube;

/**
 * The controller does not start, because something that the operator configured cannot be used. The
 * message has nothing of a Secret.
 */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what, and what to do. */
  public StartException(String message) {
    super(message);
  }
}
