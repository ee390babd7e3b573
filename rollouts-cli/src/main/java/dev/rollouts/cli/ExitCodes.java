package dev.rollouts.cli;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.simulation.rollout.Outcome;

/** What the command tells the shell; documented in docs/guide/cli.md. */
final class ExitCodes {
  static final int OK = 0;

  /**
   * Something went wrong that is neither the input nor the release; {@code lint}: it found errors.
   */
  static final int FAILURE = 1;

  /** Wrong usage, or input that cannot be used. */
  static final int BAD_INPUT = 2;

  /**
   * The verdict is Failed; {@code simulate}: the update was aborted; {@code simulate --expect}:
   * another verdict than expected.
   */
  static final int VERDICT_FAILED = 3;

  static final int VERDICT_ERROR = 4;

  /** {@code simulate}: the update was neither promoted nor aborted within the time. */
  static final int UNFINISHED = 4;

  static final int VERDICT_INCONCLUSIVE = 5;

  /** Stopped by Ctrl-C, with nothing worse to tell. */
  static final int INTERRUPTED = 130;

  private ExitCodes() {}

  /** The exit code of a simulated rollout: promoted, aborted or neither. */
  static int of(Outcome outcome) {
    return switch (outcome) {
      case PROMOTED, DEPLOYED -> OK;
      case ABORTED, DEGRADED, ROLLED_BACK -> VERDICT_FAILED;
      case SUPERSEDED, UNFINISHED -> UNFINISHED;
    };
  }

  /** The exit code of a completed run; FAILURE for one that is not. */
  static int of(AnalysisPhase phase) {
    return switch (phase) {
      case SUCCESSFUL -> OK;
      case FAILED -> VERDICT_FAILED;
      case ERROR -> VERDICT_ERROR;
      case INCONCLUSIVE -> VERDICT_INCONCLUSIVE;
      case PENDING, RUNNING -> FAILURE;
    };
  }
}
