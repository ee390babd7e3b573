package dev.rollouts.engine.condition.syntax;

/**
 * Where a piece of a condition stands in its text.
 *
 * @param start offset of the first character, in UTF-16 units from 0
 * @param end offset behind the last character
 * @param line line of the first character, from 1
 * @param column column of the first character, in UTF-16 units from 1
 */
public record Span(int start, int end, int line, int column) {

  /** From the start of this piece to the end of {@code last}. */
  public Span to(Span last) {
    return new Span(start, last.end, line, column);
  }
}
