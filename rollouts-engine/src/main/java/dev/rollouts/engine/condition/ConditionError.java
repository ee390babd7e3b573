package dev.rollouts.engine.condition;

import static java.util.Objects.requireNonNull;

import dev.rollouts.engine.condition.syntax.Span;
import org.jspecify.annotations.Nullable;

/**
 * Why a condition gave no verdict.
 *
 * @param kind when it went wrong
 * @param detail what went wrong, one line of at most 1,024 characters
 * @param span where in the condition's text; null when no single place is to blame
 */
public record ConditionError(Kind kind, String detail, @Nullable Span span) {

  /** When a condition went wrong. */
  public enum Kind {
    /** Before it ran: syntax, an unknown name, types that can never fit, or a limit on size. */
    COMPILE,
    /** While it ran: a value was not what the condition needs, or a budget was used up. */
    RUN,
    /** It ran and its value is not a boolean (for a range query: not a time). */
    NOT_BOOLEAN
  }

  public ConditionError {
    requireNonNull(kind, "kind");
    requireNonNull(detail, "detail");
  }
}
