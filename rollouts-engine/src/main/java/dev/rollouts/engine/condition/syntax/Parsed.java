package dev.rollouts.engine.condition.syntax;

import static java.util.Objects.requireNonNull;

/** What became of a condition's text: a tree, or the first thing that is wrong with it. */
public sealed interface Parsed {

  /** The text is a condition. */
  record Tree(Node root) implements Parsed {
    public Tree {
      requireNonNull(root, "root");
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.tree(root);
    }
  }

  /**
   * The text is not a condition.
   *
   * @param message what is wrong, one line
   * @param span where
   */
  record Invalid(String message, Span span) implements Parsed {
    public Invalid {
      requireNonNull(message, "message");
      requireNonNull(span, "span");
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.invalid(this);
    }
  }

  /** Answers with the method of {@code handler} that fits. */
  <R> R accept(Handler<R> handler);

  /** One answer per result. */
  interface Handler<R> {
    /** The text is a condition. */
    R tree(Node root);

    /** The text is not a condition. */
    R invalid(Invalid invalid);
  }
}
