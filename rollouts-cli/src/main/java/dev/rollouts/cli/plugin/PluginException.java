package dev.rollouts.cli.plugin;

/** A command ends with exit code 1. */
final class PluginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean usage;

  private PluginException(String message, boolean usage) {
    super(message);
    this.usage = usage;
  }

  /** Something is in the way; the message is what people see after {@code Error: }. */
  PluginException(String message) {
    this(message, false);
  }

  /** The command was called in a wrong way: its usage is shown, and nothing else (K-006). */
  static PluginException misused() {
    return new PluginException("", true);
  }

  boolean isMisuse() {
    return usage;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
