package dev.rollouts.cli.jsonpath;

/** A template cannot be understood, or does not fit the values; the message says what to do. */
public final class JsonPathException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JsonPathException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
