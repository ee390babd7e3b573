package dev.rollouts.cli.kube;

import java.util.Map;

/** Which hosts a proxy of the environment is not for, as Go has it. */
final class Proxies {
  private Proxies() {}

  /** Whether a host is this machine, or {@code NO_PROXY} names it or a domain above it. */
  static boolean isDirect(String host, Map<String, String> environment) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    if (bare.equals("localhost") || bare.startsWith("127.") || bare.equals("::1")) {
      return true;
    }
    String names = environment.getOrDefault("NO_PROXY", environment.getOrDefault("no_proxy", ""));
    for (String each : names.split(",")) {
      String name = each.strip();
      String domain = name.startsWith(".") ? name : "." + name;
      if (name.equals("*") || !name.isEmpty() && (bare.equals(name) || bare.endsWith(domain))) {
        return true;
      }
    }
    return false;
  }
}
