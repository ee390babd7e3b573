package dev.rollouts.engine.condition;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** What evaluating {@code rangeQuery.start} or {@code rangeQuery.end} gave. */
public sealed interface TimeOutcome {

  /** The expression is this instant. */
  record At(Instant instant) implements TimeOutcome {
    public At {
      requireNonNull(instant, "instant");
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.at(instant);
    }
  }

  /** The expression could not be evaluated. */
  record Failed(ConditionError error) implements TimeOutcome {
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
    /** The expression is this instant. */
    R at(Instant instant);

    /** The expression could not be evaluated. */
    R failed(ConditionError error);
  }
}
