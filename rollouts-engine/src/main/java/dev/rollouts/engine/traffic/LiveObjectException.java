package dev.rollouts.engine.traffic;

/**
 * A live object is missing or is not built as an edit needs it. Never leaves this package: a plan
 * carries the message as its error.
 */
final class LiveObjectException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String message;

  LiveObjectException(String message) {
    super(message, null, false, false);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
