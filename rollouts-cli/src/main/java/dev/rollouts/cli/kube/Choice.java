package dev.rollouts.cli.kube;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user says about the connection; whatever is null or empty comes from the kubeconfig.
 *
 * @param kubeconfig a file that takes the place of all others
 * @param requestTimeout as written; {@code 0} is no limit
 */
public record Choice(
    @Nullable String kubeconfig,
    @Nullable String context,
    @Nullable String cluster,
    @Nullable String user,
    @Nullable String namespace,
    @Nullable String server,
    @Nullable String tlsServerName,
    @Nullable Boolean insecure,
    @Nullable String certificateAuthority,
    @Nullable String clientCertificate,
    @Nullable String clientKey,
    @Nullable String token,
    @Nullable String as,
    @Nullable String asUid,
    List<String> asGroups,
    @Nullable String requestTimeout,
    boolean disableCompression) {
  public Choice {
    asGroups = List.copyOf(asGroups);
  }

  /** Everything as the kubeconfig has it. */
  public static Choice nothing() {
    return new Choice(
        null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        List.of(), null, false);
  }

  /** The same choice with another kubeconfig. */
  public Choice withKubeconfig(String file) {
    return new Choice(
        file,
        context,
        cluster,
        user,
        namespace,
        server,
        tlsServerName,
        insecure,
        certificateAuthority,
        clientCertificate,
        clientKey,
        token,
        as,
        asUid,
        asGroups,
        requestTimeout,
        disableCompression);
  }
}
