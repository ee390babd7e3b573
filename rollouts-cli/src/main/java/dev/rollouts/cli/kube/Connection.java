package dev.rollouts.cli.kube;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom to ask, and as whom.
 *
 * @param server with a path, if the API server is below one
 * @param namespace what applies when nothing else is said
 * @param headers of impersonation
 * @param timeout of a request; zero for none
 */
record Connection(
    URI server,
    String namespace,
    Trust trust,
    Optional<ClientIdentity> identity,
    Credentials credentials,
    Map<String, List<String>> headers,
    Optional<URI> proxy,
    Duration timeout,
    boolean compressed) {

  /**
   * Whom to trust.
   *
   * @param authority PEM; null for the system's
   * @param serverName expected in the certificate; null for the host's name
   * @param insecure anybody
   */
  record Trust(@Nullable String authority, @Nullable String serverName, boolean insecure) {
    @Override
    public String toString() {
      return "Trust[" + serverName + "]";
    }
  }

  /** A client certificate and its key, both PEM. */
  record ClientIdentity(String what, String certificate, String key) {
    @Override
    public String toString() {
      return "ClientIdentity[" + what + "]";
    }
  }

  /** What is sent with each request to say who is asking. */
  interface Credentials {
    /** Nobody, or whoever the client certificate says. */
    Credentials NONE =
        new Credentials() {
          @Override
          public Optional<String> authorization() {
            return Optional.empty();
          }

          @Override
          public Optional<ClientIdentity> identity() {
            return Optional.empty();
          }
        };

    /** The header {@code Authorization}. */
    Optional<String> authorization();

    /** A client certificate, if the credentials are one. */
    Optional<ClientIdentity> identity();

    /**
     * Forgets what the API server has refused.
     *
     * @return whether there may be something better now
     */
    default boolean renew() {
      return false;
    }
  }
}
