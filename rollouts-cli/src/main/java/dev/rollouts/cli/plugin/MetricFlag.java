package dev.rollouts.cli.plugin;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.codec.Json;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.rollout.RolloutManifests;
import dev.rollouts.simulation.rollout.RolloutScenario;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a metric is to answer in a simulation: {@code NAME=VALUE}. A value is a number, a verdict,
 * {@code x2} for twice what was measured last, or what a scenario says of a metric.
 */
record MetricFlag(String name, String value) {
  private static final Pattern FACTOR = Pattern.compile("x(?<factor>[0-9]{1,9}(\\.[0-9]{1,9})?)");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]{1,18}(\\.[0-9]{1,18})?([eE][-+]?[0-9]{1,3})?|Inf)|NaN");
  private static final int LENGTH_MAX = 4096;

  /**
   * Reads a flag.
   *
   * @throws PluginException when it is malformed
   */
  static MetricFlag of(String text) {
    int equals = text.indexOf('=');
    if (equals < 1 || equals == text.length() - 1) {
      throw new PluginException(
          "--metric %s: expected NAME=VALUE, such as error-rate=0.05, error-rate=x2 or 'error-rate={traffic: errorRate}'"
              .formatted(text));
    }
    String value = text.substring(equals + 1).strip();
    if (value.length() > LENGTH_MAX || value.chars().anyMatch(c -> c < ' ')) {
      throw new PluginException(
          "--metric %s: one line of at most %d characters is expected; write a longer one into a file, and name it with --scenario"
              .formatted(text.substring(0, equals), LENGTH_MAX));
    }
    return new MetricFlag(text.substring(0, equals), value);
  }

  /**
   * The simulation with it.
   *
   * @throws PluginException when there is no such metric, or it cannot answer so
   */
  RolloutSimulation applyTo(
      RolloutSimulation simulation, RolloutManifests manifests, Measured measured) {
    Set<String> known = new TreeSet<>(measured.values().keySet());
    manifests
        .templates()
        .values()
        .forEach(template -> template.metrics().forEach(each -> known.add(each.name())));
    if (!known.contains(name) && !name.equals("*")) {
      throw new PluginException(
          known.isEmpty()
              ? "--metric %s: nothing is measured of this rollout".formatted(name)
              : "--metric %s: there is no such metric; there is: %s"
                  .formatted(name, String.join(", ", known)));
    }
    var factor = FACTOR.matcher(value);
    if (factor.matches()) {
      TrafficScript script =
          TrafficScript.of(
              measured
                  .times(name, new BigDecimal(factor.group("factor")))
                  .orElseThrow(
                      () ->
                          new PluginException(
                              "--metric %s=%s: no number was measured yet; say which, such as %s=0.05"
                                  .formatted(name, value, name))));
      return simulation.cluster(settings -> settings.metric(name, script));
    }
    try {
      return RolloutScenario.parse("--metric " + name, yaml()).applyTo(simulation, manifests);
    } catch (IllegalArgumentException e) {
      throw new PluginException(String.valueOf(e.getMessage()));
    }
  }

  private String yaml() {
    String script =
        NUMBER.matcher(value).matches()
            ? "{value: %s}".formatted(value)
            : List.of(AnalysisPhase.values()).stream()
                    .anyMatch(each -> each.wireName().equals(value))
                ? "{verdict: %s}".formatted(value)
                : value;
    return "metrics:\n  %s: %s\n".formatted(Json.write(name), script);
  }

  @Override
  public String toString() {
    return name + "=" + value;
  }
}
