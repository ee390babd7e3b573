package dev.rollouts.api.provider;

import java.util.Map;

/**
 * Reads secrets when they are needed, never before. Implementations are thread-safe and may block.
 *
 * <p>Nothing is cached above this interface: a rotated secret is used with the next measurement.
 */
@FunctionalInterface
public interface SecretSource {
  /**
   * All keys of a secret.
   *
   * @throws UnavailableException with a message for the measurement, such as {@code secrets "s" not
   *     found}
   */
  Map<String, Secret> read(Scope scope, String name) throws UnavailableException;

  /** A source that has no secrets. */
  static SecretSource none() {
    return (scope, name) -> {
      throw new UnavailableException("secrets \"" + name + "\" not found");
    };
  }

  /** Where a secret lives. */
  enum Scope {
    /** In the namespace of the run, where users keep theirs. */
    RUN,
    /** In the namespace of the controller, where operators keep credentials of providers. */
    CONTROLLER
  }

  /** A secret cannot be read. The message is safe to show. */
  final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A secret cannot be read, for the reason that the message gives. */
    public UnavailableException(String message) {
      super(message);
    }
  }
}
