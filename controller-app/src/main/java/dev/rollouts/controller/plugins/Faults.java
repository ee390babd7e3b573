package dev.rollouts.controller.plugins;

import java.util.ServiceConfigurationError;

/** Throwables of others in words that harm nobody. */
public final class Faults {
  /** Longest text of a plugin that is shown. */
  public static final int TEXT_MAX = 4096;

  private Faults() {}

  /** One line about a throwable, even if that throws or tells novels. */
  public static String describe(Throwable thrown) {
    String name = thrown.getClass().getName();
    try {
      String message = thrown.getMessage();
      String shown = message == null || message.isBlank() ? name : cut(name + ": " + message);
      Throwable cause = thrown.getCause();
      return thrown instanceof ServiceConfigurationError && cause != null
          ? cut(shown + ": " + describe(cause))
          : shown;
    } catch (Throwable hostile) {
      return name;
    }
  }

  /** The text, cut where it gets too long. */
  public static String cut(String text) {
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX - 1) + "…";
  }
}
