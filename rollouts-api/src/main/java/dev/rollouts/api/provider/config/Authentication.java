package dev.rollouts.api.provider.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Credentials of an HTTP provider. Which of them a provider honours is in docs/spec/providers.md.
 */
public record Authentication(
    @Nullable SigV4 sigv4, @Nullable OAuth2 oauth2, @Nullable BasicAuth basicAuth) {
  /** User name and password, both or none. */
  public static Authentication basic(String username, String password) {
    return new Authentication(null, null, new BasicAuth(username, password));
  }

  /** A token by the client-credentials flow. */
  public static Authentication oauth2(
      String tokenUrl, String clientId, String clientSecret, String... scopes) {
    return new Authentication(
        null, new OAuth2(tokenUrl, clientId, clientSecret, List.of(scopes)), null);
  }

  /** AWS request signing; region, profile and role to assume may each be empty. */
  public record SigV4(String region, String profile, String roleArn) {}

  /**
   * The client-credentials flow.
   *
   * @param tokenUrl non-empty turns it on
   */
  public record OAuth2(String tokenUrl, String clientId, String clientSecret, List<String> scopes) {
    public OAuth2 {
      scopes = List.copyOf(scopes);
    }

    @Override
    public String toString() {
      return "OAuth2[tokenUrl=" + tokenUrl + ", clientId=" + clientId + ", clientSecret=*****]";
    }
  }

  /** HTTP basic authentication. */
  public record BasicAuth(String username, String password) {
    @Override
    public String toString() {
      return "BasicAuth[username=" + username + ", password=*****]";
    }
  }
}
