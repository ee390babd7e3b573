package dev.rollouts.engine.condition;

import static java.util.Objects.requireNonNull;

/** What evaluating one condition gave: true, false, or the reason why neither. */
public sealed interface ConditionOutcome {

  /** The condition holds. */
  record True() implements ConditionOutcome {
    static final True INSTANCE = new True();

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.isTrue();
    }
  }

  /** The condition does not hold. */
  record False() implements ConditionOutcome {
    static final False INSTANCE = new False();

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.isFalse();
    }
  }

  /** The condition could not be evaluated. */
  record Failed(ConditionError error) implements ConditionOutcome {
    public Failed {
      requireNonNull(error, "error");
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.failed(error);
    }
  }

  /** Answers with the method of {@code handler} that fits. */
  <R> R accept(Handler<R> handler);

  /** One answer per outcome. */
  interface Handler<R> {
    /** The condition holds. */
    R isTrue();

    /** The condition does not hold. */
    R isFalse();

    /** The condition could not be evaluated. */
    R failed(ConditionError error);
  }
}
