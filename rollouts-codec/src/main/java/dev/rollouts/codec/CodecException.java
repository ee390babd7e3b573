package dev.rollouts.codec;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A text does not hold what the caller asked for. The message lists the problems, one a line, each
 * with file, line, column and remedy; it is meant to be shown as it is.
 */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<DocumentProblem> problems;

  CodecException(List<DocumentProblem> problems) {
    super(problems.stream().map(DocumentProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  CodecException(String message) {
    super(message);
    this.problems = List.of();
  }

  /** What is wrong, in the order of the text; empty when the text could not be had at all. */
  public List<DocumentProblem> problems() {
    return problems;
  }
}
