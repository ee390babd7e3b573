package dev.rollouts.cli.terminal;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.RolloutPhase;

/** Colours that mean something; the sixteen that every terminal lets its user choose. */
public enum Style {
  PLAIN(""),
  BOLD("1"),
  DIM("2"),
  GOOD("32"),
  BAD("31"),
  BAD_BOLD("1;31"),
  GOOD_BOLD("1;32"),
  UNSURE("33"),
  BROKEN("35"),
  BUSY("36"),
  LINE("2;36"),
  TITLE("1;4");

  private static final String ESCAPE = "\u001b[";

  private final String code;

  Style(String code) {
    this.code = code;
  }

  /** The style of a phase. */
  public static Style of(AnalysisPhase phase) {
    return switch (phase) {
      case SUCCESSFUL -> GOOD;
      case FAILED -> BAD;
      case INCONCLUSIVE -> UNSURE;
      case ERROR -> BROKEN;
      case RUNNING, PENDING -> BUSY;
    };
  }

  /** The style of a rollout's phase. */
  public static Style of(RolloutPhase phase) {
    return switch (phase) {
      case HEALTHY -> GOOD;
      case DEGRADED -> BAD;
      case PAUSED -> UNSURE;
      case PROGRESSING -> BUSY;
    };
  }

  /** The text in this style, where the screen has colours. */
  public String paint(Screen screen, String text) {
    return !screen.colour() || code.isEmpty() || text.isEmpty()
        ? text
        : ESCAPE + code + "m" + text + ESCAPE + "0m";
  }
}
