package dev.rollouts.controller;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Settings of controllers in tests, as an operator would give them. */
public final class Flags {
  private Flags() {}

  /**
   * Settings of a controller that is alone and asks as often as it likes, on any ports.
   *
   * @param namespace the only one that is watched; empty for all
   * @param more flags, which win over those
   */
  public static Settings settings(String namespace, String... more) {
    return settings(namespace, Map.of(), more);
  }

  /** The same with an environment. */
  static Settings settings(String namespace, Map<String, String> environment, String... more) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--leader-elect=false",
                "--qps=0",
                "--burst=1",
                "--metricsPort=0",
                "--healthzPort=0"));
    if (!namespace.isEmpty()) {
      flags.addAll(List.of("--namespaced", "--namespace", namespace));
    }
    flags.addAll(List.of(more));
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("POD_NAMESPACE", namespace.isEmpty() ? "default" : namespace);
    Options options = new Options();
    new CommandLine(options)
        .setOverwrittenOptionsAllowed(true)
        .parseArgs(flags.toArray(String[]::new));
    try {
      return options.settings(Config.empty(), variables);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
