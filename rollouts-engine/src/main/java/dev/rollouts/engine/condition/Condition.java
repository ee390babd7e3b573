package dev.rollouts.engine.condition;

import dev.rollouts.api.analysis.ResultKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A condition that was compiled for one kind of result. Immutable and thread-safe; evaluate it with the {@link ConditionEvaluator}
 * that compiled it. A condition that did not compile is one too: it carries its {@link #error()}.
 */
public final class Condition {
  private final String text;
  private final ResultKind kind;
  private final @Nullable ConditionError error;

  Condition(String text, ResultKind kind, @Nullable ConditionError error) {
    this.text = text;
    this.kind = kind;
    this.error = error;
  }

  /** The text as the template has it. */
  public String text() {
    return text;
  }

  /** What {@code result} was taken to be. */
  public ResultKind kind() {
    return kind;
  }

  /** Why it does not compile; empty if it does. */
  public Optional<ConditionError> error() {
    return Optional.ofNullable(error);
  }
}
