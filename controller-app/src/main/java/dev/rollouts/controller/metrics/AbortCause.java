package dev.rollouts.controller.metrics;

import dev.rollouts.api.Condition;
import dev.rollouts.api.rollout.RolloutStatus;
import java.util.Locale;

/** What made an update end without success, for those who count. */
enum AbortCause {
  /** Somebody asked for it. */
  USER,
  /** It did not get on. */
  DEADLINE,
  /** A measurement, or several. */
  ANALYSIS,
  /** An experiment. */
  EXPERIMENT,
  /** A step of a plugin. */
  STEP_PLUGIN,
  /** Something else. */
  OTHER;

  /** The cause as the status words it. */
  static AbortCause of(RolloutStatus status) {
    String message = status.condition("Progressing").map(Condition::message).orElse("");
    if (message.contains("timed out progressing")) {
      return DEADLINE;
    }
    int revision = message.indexOf("aborted update to revision");
    if (revision < 0) {
      return OTHER;
    }
    int colon = message.indexOf(": ", revision);
    if (colon < 0) {
      return USER;
    }
    String reason = message.substring(colon + 2).toLowerCase(Locale.ROOT);
    if (reason.startsWith("step plugin")) {
      return STEP_PLUGIN;
    }
    if (reason.startsWith("experiment")) {
      return EXPERIMENT;
    }
    return reason.contains("analysis") ? ANALYSIS : OTHER;
  }

  /** As a label says it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
