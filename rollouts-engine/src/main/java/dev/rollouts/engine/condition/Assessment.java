package dev.rollouts.engine.condition;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.analysis.AnalysisPhase;

/**
 * What a metric's conditions say of one value.
 *
 * @param phase Successful, Failed, Inconclusive or Error
 * @param message why it is Error, at most {@value #MESSAGE_LIMIT} characters; otherwise empty
 */
public record Assessment(AnalysisPhase phase, String message) {
  /** Longest message, in UTF-16 units. */
  public static final int MESSAGE_LIMIT = 1024;

  public Assessment {
    requireNonNull(phase, "phase");
    requireNonNull(message, "message");
  }
}
