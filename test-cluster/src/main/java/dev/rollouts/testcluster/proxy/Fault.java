package dev.rollouts.testcluster.proxy;

import java.time.Duration;
import java.util.Optional;

/** What becomes of one request. */
public sealed interface Fault {
  /** Nothing bad: it reaches the server, and the answer reaches the client. */
  static Fault none() {
    return new None();
  }

  /** The server is not asked; the client gets this status. */
  static Fault answer(int code) {
    return new Answer(code, Optional.empty());
  }

  /** The server is not asked; the client is told to come again that much later. */
  static Fault busy(Duration retryAfter) {
    return new Answer(429, Optional.of(retryAfter));
  }

  /** The connection is closed, and the server is not asked. */
  static Fault cut() {
    return new Cut();
  }

  /** The server does it, and the connection is closed before its answer gets through. */
  static Fault loseAnswer() {
    return new LoseAnswer();
  }

  /** The server is asked that much later. */
  static Fault delay(Duration by) {
    return new Delay(by);
  }

  /** As {@link #none}. */
  record None() implements Fault {
    @Override
    public <R, E extends Exception> R accept(Handler<R, E> handler) throws E {
      return handler.none(this);
    }
  }

  /**
   * As {@link #answer} and {@link #busy}.
   *
   * @param code of HTTP
   * @param retryAfter in whole seconds
   */
  record Answer(int code, Optional<Duration> retryAfter) implements Fault {
    @Override
    public <R, E extends Exception> R accept(Handler<R, E> handler) throws E {
      return handler.answer(this);
    }
  }

  /** As {@link #cut}. */
  record Cut() implements Fault {
    @Override
    public <R, E extends Exception> R accept(Handler<R, E> handler) throws E {
      return handler.cut(this);
    }
  }

  /** As {@link #loseAnswer}. */
  record LoseAnswer() implements Fault {
    @Override
    public <R, E extends Exception> R accept(Handler<R, E> handler) throws E {
      return handler.loseAnswer(this);
    }
  }

  /** As {@link #delay}. */
  record Delay(Duration by) implements Fault {
    @Override
    public <R, E extends Exception> R accept(Handler<R, E> handler) throws E {
      return handler.delay(this);
    }
  }

  /** Does what the fault says. */
  <R, E extends Exception> R accept(Handler<R, E> handler) throws E;

  /** One method per fault. */
  interface Handler<R, E extends Exception> {
    /** As {@link Fault#none}. */
    R none(None fault) throws E;

    /** As {@link Fault#answer} and {@link Fault#busy}. */
    R answer(Answer fault) throws E;

    /** As {@link Fault#cut}. */
    R cut(Cut fault) throws E;

    /** As {@link Fault#loseAnswer}. */
    R loseAnswer(LoseAnswer fault) throws E;

    /** As {@link Fault#delay}. */
    R delay(Delay fault) throws E;
  }
}
