package dev.rollouts.engine.condition.syntax;

/** Carries the first syntax error out of the lexer and the parser; never leaves this package. */
final class SyntaxError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Span span;

  SyntaxError(String message, Span span) {
    super(message, null, false, false);
    this.span = span;
  }

  Parsed.Invalid asInvalid() {
    return new Parsed.Invalid(String.valueOf(getMessage()), span);
  }
}
