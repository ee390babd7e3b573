package dev.rollouts.analysis.prometheus;

import dev.rollouts.api.provider.config.Authentication.SigV4;
import dev.rollouts.api.provider.config.Header;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * Signs requests to AWS (P-024). Found by {@link java.util.ServiceLoader}, so that only who needs
 * it has AWS libraries on the class path. Implementations are thread-safe and resolve credentials
 * from the default chain or the profile, then by the role if there is one.
 */
public interface SigV4Signer {
  /**
   * The headers that make the request a signed one; they replace headers of the same name. May
   * block.
   *
   * @param credentials region, profile and role; each may be empty
   * @param service {@code aps}
   * @param body empty for none
   * @throws IOException with a message that is safe to show when there are no credentials
   */
  List<Header> sign(
      SigV4 credentials, String service, String method, URI uri, List<Header> headers, String body)
      throws IOException;
}
