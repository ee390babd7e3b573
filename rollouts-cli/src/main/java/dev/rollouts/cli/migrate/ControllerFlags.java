package dev.rollouts.cli.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Flags of Argo Rollouts' controller as this project's takes them. Source: operations.md, section
 * Flags.
 */
final class ControllerFlags {
  /** They do the same. */
  static final Set<String> SAME =
      Set.of(
          "--rollout-resync",
          "--namespaced",
          "--loglevel",
          "--logformat",
          "--metricsPort",
          "--metricsport",
          "--healthzPort",
          "--instance-id",
          "--qps",
          "--burst",
          "--rollout-threads",
          "--experiment-threads",
          "--analysis-threads",
          "--istio-api-version",
          "--ambassador-api-version",
          "--traffic-split-api-version",
          "--traefik-api-group",
          "--traefik-api-version",
          "--appmesh-crd-version",
          "--aws-verify-target-group",
          "--alb-verify-weight",
          "--aws-target-group-binding-api-version",
          "--alb-tag-key-resource-id",
          "--allow-cross-namespace-routes",
          "--leader-elect",
          "--leader-election-lease-duration",
          "--leader-election-renew-deadline",
          "--leader-election-retry-period",
          "--controllers",
          "--kubeconfig",
          "--context",
          "--namespace",
          "-n",
          "--server",
          "-s",
          "--token",
          "--as",
          "--as-group",
          "--certificate-authority",
          "--client-certificate",
          "--client-key",
          "--insecure-skip-tls-verify",
          "--proxy-url",
          "--request-timeout",
          "--version",
          "--help",
          "-h");

  /** They are accepted, and nothing comes of them. */
  static final Set<String> IGNORED =
      Set.of(
          "--service-threads",
          "--ingress-threads",
          "--ephemeral-metadata-threads",
          "--ephemeral-metadata-update-pod-retries",
          "--kloglevel",
          "--alb-ingress-classes",
          "--nginx-ingress-classes");

  /** They end the process at its start unless they have one of these values. */
  static final Map<String, Set<String>> LIMITED =
      Map.of("--ingress-api-version", Set.of("networking/v1", ""));

  private ControllerFlags() {}

  /** A flag as somebody has given it. */
  record Given(String name, String value) {
    @Override
    public String toString() {
      return value.isEmpty() ? name : name + "=" + value;
    }
  }

  /** Flags of a command line; a value may stand behind its flag. */
  static List<Given> parse(List<String> arguments) {
    List<Given> given = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("-")) {
        continue;
      }
      int equals = argument.indexOf('=');
      if (equals > 0) {
        given.add(new Given(argument.substring(0, equals), argument.substring(equals + 1)));
      } else {
        boolean hasValue = i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("-");
        given.add(new Given(argument, hasValue ? arguments.get(i + 1) : ""));
      }
    }
    return given;
  }

  /** Whether the process would not start with it. */
  static boolean isRefused(Given flag) {
    Set<String> allowed = LIMITED.get(flag.name());
    return allowed != null
        ? !allowed.contains(flag.value())
        : !SAME.contains(flag.name()) && !IGNORED.contains(flag.name());
  }
}
