package dev.rollouts.api.provider;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A credential. Prints nothing of itself and is not serialisable; only {@link #reveal} gives it
 * away.
 */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /** Wraps a credential. */
  public static Secret of(String value) {
    return new Secret(requireNonNull(value, "value"));
  }

  /** The credential itself, for the request that needs it and nothing else. */
  public String reveal() {
    return value;
  }

  /** Equal when the credentials are, compared in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            value.getBytes(StandardCharsets.UTF_8), secret.value.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for every secret, so that it tells nothing. */
  @Override
  public int hashCode() {
    return 0;
  }

  /** {@code *****}. */
  @Override
  public String toString() {
    return "*****";
  }
}
