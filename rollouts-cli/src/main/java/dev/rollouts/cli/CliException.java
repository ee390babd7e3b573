package dev.rollouts.cli;

import dev.rollouts.codec.DocumentProblem;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A command cannot go on; the message says why and what to do, and is all that the user gets to
 * see.
 */
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final boolean placed;

  private CliException(int exitCode, boolean placed, String message) {
    super(message);
    this.exitCode = exitCode;
    this.placed = placed;
  }

  /** What the user gave is not usable. */
  static CliException badInput(String message) {
    return new CliException(ExitCodes.BAD_INPUT, false, message);
  }

  /** Texts cannot be used, at these places. */
  static CliException badPlaces(List<DocumentProblem> problems) {
    return badPlace(
        problems.stream().map(DocumentProblem::toString).collect(Collectors.joining("\n")));
  }

  /**
   * As {@link #badInput}, with a message whose lines start with {@code file:line:column}, where
   * editors can jump to.
   */
  static CliException badPlace(String message) {
    return new CliException(ExitCodes.BAD_INPUT, true, message);
  }

  /** Something else than the input is in the way, such as a file that cannot be written. */
  static CliException failure(String message) {
    return new CliException(ExitCodes.FAILURE, false, message);
  }

  int exitCode() {
    return exitCode;
  }

  /** Whether the message starts with a place, so that nothing should be put before it. */
  boolean isPlaced() {
    return placed;
  }
}
