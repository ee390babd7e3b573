package dev.rollouts.engine.condition;

import org.apache.commons.jexl3.JexlException;
import org.apache.commons.jexl3.JexlScript;
import org.jspecify.annotations.Nullable;

/** A compiled condition, ready to run. Thread-safe. */
final class Program {
  private final @Nullable JexlScript script;
  private final @Nullable Object constant;
  private final @Nullable Object[] slots;
  private final Type type;

  /**
   * @param script null if the value is known without running anything
   * @param constant that value
   * @param slots what the script calls and refers to
   * @param type what it evaluates to, as far as that is known
   */
  Program(
      @Nullable JexlScript script, @Nullable Object constant, @Nullable Object[] slots, Type type) {
    this.script = script;
    this.constant = constant;
    this.slots = slots;
    this.type = type;
  }

  Type type() {
    return type;
  }

  @Nullable Object[] slots() {
    return slots;
  }

  /** The value; throws a {@link Fault} if there is none. */
  @Nullable Object run(Evaluation evaluation) {
    if (script == null) {
      return constant;
    }
    try {
      return script.execute(evaluation, evaluation.result());
    } catch (JexlException wrapped) {
      throw unwrapped(wrapped);
    }
  }

  private static Fault unwrapped(Throwable wrapped) {
    Throwable cause = wrapped;
    // A chain of causes may be circular.
    for (int i = 0; i < 32 && cause != null; i++) {
      if (cause instanceof Fault fault) {
        return fault;
      }
      if (cause instanceof StackOverflowError) {
        return Fault.tooDeep();
      }
      cause = cause.getCause();
    }
    return Fault.run("condition could not be evaluated");
  }
}
