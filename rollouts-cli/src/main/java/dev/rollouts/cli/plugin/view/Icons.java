package dev.rollouts.cli.plugin.view;

import dev.rollouts.cli.plugin.view.Look.Colour;

/** The icon before a word (K §4.4, §4.6). */
final class Icons {
  private Icons() {}

  /** An icon, with a letter where there is only ASCII. */
  enum Icon {
    OK("✔", "+", Colour.GREEN),
    BAD("✖", "x", Colour.RED),
    WARNING("⚠", "!", Colour.RED),
    UNKNOWN("?", "?", Colour.YELLOW),
    PROGRESSING("◌", "o", Colour.BRIGHT_BLUE),
    WAITING("◷", ".", Colour.YELLOW),
    PAUSED("॥", "=", Colour.NONE),
    NEUTRAL("•", "-", Colour.NONE),
    NONE(" ", " ", Colour.NONE);

    private final String glyph;
    private final String ascii;
    private final Colour colour;

    Icon(String glyph, String ascii, Colour colour) {
      this.glyph = glyph;
      this.ascii = ascii;
      this.colour = colour;
    }

    String shown(Look look) {
      String text = look.glyph(glyph, ascii);
      return this == NONE ? text : look.paint(colour, text);
    }
  }

  static Icon ofRollout(String phase) {
    return switch (phase) {
      case "Progressing" -> Icon.PROGRESSING;
      case "Paused" -> Icon.PAUSED;
      case "Healthy" -> Icon.OK;
      case "Degraded" -> Icon.BAD;
      case "Error", "InvalidSpec" -> Icon.WARNING;
      case "Unknown" -> Icon.UNKNOWN;
      case "ScaledDown" -> Icon.NEUTRAL;
      default -> Icon.NONE;
    };
  }

  static Icon ofReplicaSet(String status) {
    return switch (status) {
      case "Progressing" -> Icon.PROGRESSING;
      case "ScaledDown" -> Icon.NEUTRAL;
      case "Healthy" -> Icon.OK;
      default -> Icon.BAD;
    };
  }

  /** Of runs, experiments and measurements. */
  static Icon ofAnalysis(String phase) {
    return switch (phase) {
      case "Successful" -> Icon.OK;
      case "Inconclusive" -> Icon.UNKNOWN;
      case "Failed" -> Icon.BAD;
      case "Error" -> Icon.WARNING;
      case "Running" -> Icon.PROGRESSING;
      case "Pending" -> Icon.WAITING;
      default -> Icon.NONE;
    };
  }

  static Icon ofPod(String word) {
    if (word.startsWith("Init:")) {
      return Icon.PROGRESSING;
    }
    if (word.startsWith("Signal:") || word.startsWith("ExitCode:")) {
      return Icon.BAD;
    }
    if (word.endsWith("Error") || word.startsWith("Err")) {
      return Icon.WARNING;
    }
    return switch (word) {
      case "Pending", "Terminating", "ContainerCreating" -> Icon.PROGRESSING;
      case "Running", "Completed" -> Icon.OK;
      case "Failed", "InvalidImageName", "CrashLoopBackOff" -> Icon.BAD;
      case "ImagePullBackOff", "RegistryUnavailable" -> Icon.WARNING;
      case "Unknown" -> Icon.UNKNOWN;
      default -> Icon.NONE;
    };
  }
}
