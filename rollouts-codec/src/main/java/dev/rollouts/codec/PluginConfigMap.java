package dev.rollouts.codec;

import dev.rollouts.api.wire.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the config map {@value #NAME} of a controller's namespace says of plugins, in lists that
 * stand there as texts of YAML. Where a plugin comes from is not kept.
 *
 * @param metrics names of metric providers
 * @param routers names of traffic routers
 * @param steps names of steps, disabled ones too
 * @param disabledSteps names of steps that complete at once, without being called
 * @param problems what could not be read, for people; the rest was
 */
public record PluginConfigMap(
    Set<String> metrics,
    Set<String> routers,
    Set<String> steps,
    Set<String> disabledSteps,
    List<String> problems) {
  /** Name of the config map. */
  public static final String NAME = "argo-rollouts-config";

  public PluginConfigMap {
    metrics = Set.copyOf(metrics);
    routers = Set.copyOf(routers);
    steps = Set.copyOf(steps);
    disabledSteps = Set.copyOf(disabledSteps);
    problems = List.copyOf(problems);
  }

  /** Reads those of some config maps that have the name. */
  public static PluginConfigMap of(Collection<JsonObject> configMaps) {
    Set<String> metrics = new LinkedHashSet<>();
    Set<String> routers = new LinkedHashSet<>();
    Set<String> steps = new LinkedHashSet<>();
    Set<String> disabled = new LinkedHashSet<>();
    List<String> problems = new ArrayList<>();
    for (JsonObject each : configMaps) {
      if (NAME.equals(each.at("metadata", "name"))) {
        read(each, "metricProviderPlugins", metrics, new LinkedHashSet<>(), problems);
        read(each, "trafficRouterPlugins", routers, new LinkedHashSet<>(), problems);
        read(each, "stepPlugins", steps, disabled, problems);
      }
    }
    return new PluginConfigMap(metrics, routers, steps, disabled, problems);
  }

  private static void read(
      JsonObject configMap,
      String key,
      Set<String> names,
      Set<String> disabled,
      List<String> problems) {
    if (!(configMap.at("data", key) instanceof String yaml) || yaml.isBlank()) {
      return;
    }
    String place = NAME + ", " + key;
    // The codec reads objects, so the list is put into one; on the line before its first.
    String object = "items:" + yaml.lines().map(line -> "\n  " + line).reduce("", String::concat);
    for (Document document : Codec.standard().read(place, object)) {
      if (!(document.tree().get("items") instanceof List<?> items)) {
        problems.add(place + ": expected a list of plugins, each with a name");
        continue;
      }
      for (Object item : items) {
        if (item instanceof Map<?, ?> plugin
            && plugin.get("name") instanceof String name
            && !name.isBlank()) {
          names.add(name);
          if (Boolean.TRUE.equals(plugin.get("disabled"))) {
            disabled.add(name);
          }
        } else {
          problems.add(place + ": a plugin without a name is left out");
        }
      }
    }
  }
}
