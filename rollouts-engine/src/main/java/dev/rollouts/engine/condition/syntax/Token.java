package dev.rollouts.engine.condition.syntax;

/**
 * A word of the language.
 *
 * @param text what stands in the condition; for a string what it means
 */
record Token(Kind kind, String text, Span span) {

  enum Kind {
    NUMBER("Number"),
    STRING("String"),
    BYTES("Bytes"),
    IDENTIFIER("Identifier"),
    OPERATOR("Operator"),
    BRACKET("Bracket"),
    END("EOF");

    private final String title;

    Kind(String title) {
      this.title = title;
    }
  }

  boolean is(Kind kind, String text) {
    return this.kind == kind && this.text.equals(text);
  }

  boolean isOperator(String text) {
    return is(Kind.OPERATOR, text);
  }

  boolean isBracket(String text) {
    return is(Kind.BRACKET, text);
  }

  /** For messages: {@code Operator("=")}, {@code EOF}. */
  String describe() {
    return kind == Kind.END ? kind.title : kind.title + "(\"" + Excerpt.of(text) + "\")";
  }
}
