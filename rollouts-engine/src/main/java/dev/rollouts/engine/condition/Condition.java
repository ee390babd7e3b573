package dev.rollouts.engine.condition;

import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.engine.condition.syntax.Node;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A condition that was compiled for one kind of result. Immutable and thread-safe; any {@link
 * ConditionEvaluator} evaluates it. A condition that did not compile is one too: it carries its
 * {@link #error()}.
 */
public final class Condition {
  private final String text;
  private final ResultKind kind;
  private final @Nullable Node tree;
  private final @Nullable Program program;
  private final @Nullable ConditionError error;

  Condition(String text, ResultKind kind, @Nullable Node tree, Program program) {
    this.text = text;
    this.kind = kind;
    this.tree = tree;
    this.program = program;
    this.error = null;
  }

  Condition(String text, ResultKind kind, @Nullable Node tree, ConditionError error) {
    this.text = text;
    this.kind = kind;
    this.tree = tree;
    this.program = null;
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

  /** The syntax tree; empty if the text is not a condition. */
  public Optional<Node> tree() {
    return Optional.ofNullable(tree);
  }

  /** Why it does not compile; empty if it does. */
  public Optional<ConditionError> error() {
    return Optional.ofNullable(error);
  }

  /**
   * The error that every evaluation that comes to an end has, because what the condition evaluates
   * to is known not to be a boolean; empty if it may be one, or if it does not compile.
   */
  public Optional<ConditionError> neverBoolean() {
    if (program == null || program.type().mayBe(Type.Kind.BOOLEAN)) {
      return Optional.empty();
    }
    String name = program.type().is(Type.Kind.NIL) ? "<nil>" : program.type().name();
    return Optional.of(ConditionEvaluator.notBoolean(name));
  }

  @Nullable Program program() {
    return program;
  }
}
