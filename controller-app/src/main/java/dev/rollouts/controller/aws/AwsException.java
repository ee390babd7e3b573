package dev.rollouts.controller.aws;

/**
 * AWS did not answer, or refused. The message is short and says what to do, where that is known.
 */
final class AwsException extends Exception {
  private static final long serialVersionUID = 1L;

  AwsException(String message) {
    super(message);
  }

  /** What happened, in words. */
  String text() {
    return String.valueOf(getMessage());
  }
}
