package dev.rollouts.api.provider;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator allows every provider of a process.
 *
 * @param environment environment variables that providers may read, by name
 * @param egressAllow where providers may connect: host names, {@code *.suffix}, addresses or CIDR
 *     blocks; empty allows all that is not denied
 * @param egressDeny where they may not, which wins; names are compared before and addresses after
 *     resolution
 * @param responseBytesMax longest body that is read, after decompression; a longer one is an error
 */
public record ProviderSettings(
    Map<String, String> environment,
    List<String> egressAllow,
    List<String> egressDeny,
    long responseBytesMax) {
  /** Longest body by default: 8 MiB. */
  public static final long RESPONSE_BYTES_MAX_DEFAULT = 8L << 20;

  /** Link-local addresses, behind which clouds serve the credentials of the machine. */
  public static final List<String> EGRESS_DENY_DEFAULT =
      List.of("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "metadata.google.internal");

  private static final ProviderSettings DEFAULTS =
      new ProviderSettings(Map.of(), List.of(), EGRESS_DENY_DEFAULT, RESPONSE_BYTES_MAX_DEFAULT);

  public ProviderSettings {
    environment = Map.copyOf(environment);
    egressAllow = List.copyOf(egressAllow);
    egressDeny = List.copyOf(egressDeny);
  }

  /** No environment, everything allowed but link-local addresses. */
  public static ProviderSettings defaults() {
    return DEFAULTS;
  }

  /** The same settings with this environment. */
  public ProviderSettings withEnvironment(Map<String, String> variables) {
    return new ProviderSettings(variables, egressAllow, egressDeny, responseBytesMax);
  }

  /** The same settings with these egress rules. */
  public ProviderSettings withEgress(List<String> allow, List<String> deny) {
    return new ProviderSettings(environment, allow, deny, responseBytesMax);
  }

  /** A variable, or null when it is not set. */
  public @Nullable String variable(String name) {
    return environment.get(name);
  }

  /** Shows names of variables only. */
  @Override
  public String toString() {
    return "ProviderSettings[environment=%s, egressAllow=%s, egressDeny=%s, responseBytesMax=%d]"
        .formatted(environment.keySet(), egressAllow, egressDeny, responseBytesMax);
  }
}
