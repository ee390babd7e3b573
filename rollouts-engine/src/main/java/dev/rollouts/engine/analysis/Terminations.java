package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;

/** What stopping a measurement leaves behind. Rules. */
final class Terminations {
  /** Message of a measurement that was stopped. */
  static final String TERMINATED = "Metric Terminated";

  /**
   * Message of a measurement in flight whose back-end cannot be stopped; it stays in flight for
   * ever.
   */
  static final String LEFT_RUNNING = "the back-end cannot stop this measurement; left running";

  private Terminations() {}

  /** Whether the back-end was asked to stop this measurement and could not. */
  static boolean isAnswered(Measurement inFlight) {
    return inFlight.message().equals(LEFT_RUNNING);
  }

  /** The message of a measurement that ended because it was stopped. */
  static String message(AnalysisPhase phase, String message) {
    return phase == AnalysisPhase.SUCCESSFUL || phase == AnalysisPhase.INCONCLUSIVE
        ? TERMINATED
        : message;
  }
}
