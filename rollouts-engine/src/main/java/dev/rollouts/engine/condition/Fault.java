package dev.rollouts.engine.condition;

import dev.rollouts.engine.condition.syntax.Span;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Carries what is wrong with a condition, or with its value, out of the evaluation; never leaves
 * this package.
 */
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int DETAIL_LIMIT = 512;
  private static final int EXCERPT_LIMIT = 64;

  private final ConditionError.Kind kind;
  private final transient @Nullable Span span;

  private Fault(ConditionError.Kind kind, String detail, @Nullable Span span) {
    super(detail, null, false, false);
    this.kind = kind;
    this.span = span;
  }

  static Fault compile(Span span, String detail) {
    return new Fault(ConditionError.Kind.COMPILE, detail, span);
  }

  static Fault run(String detail) {
    return new Fault(ConditionError.Kind.RUN, detail, null);
  }

  static Fault tooDeep() {
    return run("value nested too deeply");
  }

  static Fault memory() {
    return run("memory budget exceeded");
  }

  /** The same fault with a place, unless it knows a closer one. */
  Fault at(Span place) {
    return span == null ? new Fault(kind, detail(), place) : this;
  }

  ConditionError asError() {
    return new ConditionError(kind, detail(), span);
  }

  private String detail() {
    return detail(String.valueOf(getMessage()));
  }

  /** A message as a detail: one line, not too long. */
  static String detail(String message) {
    String cut = cut(message, DETAIL_LIMIT);
    if (cut.chars().noneMatch(Character::isISOControl)) {
      return cut;
    }
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cut.length(); i++) {
      char c = cut.charAt(i);
      switch (c) {
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          boolean control = Character.isISOControl(c);
          line.append(
              control ? String.format(Locale.ROOT, "\\u%04x", (int) c) : Character.toString(c));
        }
      }
    }
    return line.toString();
  }

  /** A piece of a user's text, short enough for a message. */
  static String excerpt(String text) {
    return cut(text, EXCERPT_LIMIT);
  }

  /** The first {@code limit} characters; whether something is missing shows. */
  static String cut(String text, int limit) {
    if (text.length() <= limit) {
      return text;
    }
    int end = limit - 1;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "…";
  }
}
