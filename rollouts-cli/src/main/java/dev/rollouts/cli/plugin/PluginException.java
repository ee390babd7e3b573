package dev.rollouts.cli.plugin;

/** A command ends with exit code 1. */
final class PluginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean usage;
  private final boolean told;

  private PluginException(String message, boolean usage, boolean told) {
    super(message);
    this.usage = usage;
    this.told = told;
  }

  /** Something is in the way; the message is what people see after {@code Error: }. */
  PluginException(String message) {
    this(message, false, false);
  }

  /** The command was called in a wrong way: its usage is shown, and nothing else (K-006). */
  static PluginException misused() {
    return new PluginException("", true, false);
  }

  /** Something is in the way, and each piece of it has been told already. */
  static PluginException told() {
    return new PluginException("", false, true);
  }

  /** Whether there is nothing left to say. */
  boolean isTold() {
    return told || usage;
  }

  boolean isMisuse() {
    return usage;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
