package dev.rollouts.cli;

import dev.rollouts.api.analysis.AnalysisPhase;

/** What the command tells the shell; documented in docs/guide/cli.md. */
final class ExitCodes {
  static final int OK = 0;

  /**
   * Something went wrong that is neither the input nor the release; {@code lint}: it found errors.
   */
  static final int FAILURE = 1;

  /** Wrong usage, or input that cannot be used. */
  static final int BAD_INPUT = 2;

  /** The verdict is Failed; {@code simulate --expect}: another verdict than expected. */
  static final int VERDICT_FAILED = 3;

  static final int VERDICT_ERROR = 4;
  static final int VERDICT_INCONCLUSIVE = 5;

  /** Stopped by Ctrl-C, with nothing worse to tell. */
  static final int INTERRUPTED = 130;

  private ExitCodes() {}

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
