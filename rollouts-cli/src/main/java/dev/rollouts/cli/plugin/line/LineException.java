package dev.rollouts.cli.plugin.line;

/** The command line cannot be used; the message says why. */
public final class LineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LineException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
