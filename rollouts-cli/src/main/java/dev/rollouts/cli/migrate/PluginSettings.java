package dev.rollouts.cli.migrate;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Document;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The plugins that the config map {@code argo-rollouts-config} names. */
record PluginSettings(Set<String> metrics, Set<String> routers, Set<String> steps) {
  static final String CONFIG_MAP = "argo-rollouts-config";

  static PluginSettings of(List<JsonObject> configMaps) {
    PluginSettings all =
        new PluginSettings(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    for (JsonObject each : configMaps) {
      if (CONFIG_MAP.equals(each.at("metadata", "name"))) {
        all.metrics.addAll(names(each, "metricProviderPlugins"));
        all.routers.addAll(names(each, "trafficRouterPlugins"));
        all.steps.addAll(names(each, "stepPlugins"));
      }
    }
    return all;
  }

  /** Names of the items of a list that stands as YAML in a text. */
  private static List<String> names(JsonObject configMap, String key) {
    List<String> names = new ArrayList<>();
    if (!(configMap.at("data", key) instanceof String yaml) || yaml.isBlank()) {
      return names;
    }
    // The codec reads objects, so the list is put into one.
    String object =
        "items:\n" + yaml.lines().map(line -> "  " + line + "\n").reduce("", String::concat);
    try {
      for (Document document : Codec.standard().read(CONFIG_MAP, object)) {
        if (document.tree().get("items") instanceof List<?> items) {
          items.forEach(
              item -> {
                if (item instanceof Map<?, ?> plugin && plugin.get("name") instanceof String name) {
                  names.add(name);
                }
              });
        }
      }
    } catch (CodecException unreadable) {
      // Argo Rollouts' controller would not start with it; there is nothing to say of plugins.
    }
    return names;
  }
}
