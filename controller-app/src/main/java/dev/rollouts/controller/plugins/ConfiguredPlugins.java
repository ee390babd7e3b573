package dev.rollouts.controller.plugins;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.PluginConfigMap;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.StartException;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.traffic.TrafficRouters;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the config map {@code argo-rollouts-config} of the controller's namespace says of plugins.
 * It is read once, at the start (O-023). The programs that it names are not run.
 *
 * <p>Source: docs/spec/operations.md#plugins.
 */
public final class ConfiguredPlugins {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredPlugins.class);

  private ConfiguredPlugins() {}

  /**
   * Names of step plugins that complete at once. Logs which of the others are missing.
   *
   * @throws StartException when the server does not tell: a step that the operator disabled must
   *     not be called
   */
  public static Set<String> disabledSteps(Api api, String namespace, InstalledPlugins installed) {
    PluginConfigMap config = read(api, namespace);
    config.problems().forEach(each -> LOG.warn("ConfigMap {}/{}", namespace, each));
    Set<String> missing = new TreeSet<>(config.metrics());
    missing.addAll(config.routers());
    missing.addAll(config.steps());
    missing.removeAll(config.disabledSteps());
    missing.removeIf(each -> installed.has(each) || each.equals(TrafficRouters.GATEWAY_API_PLUGIN));
    if (!missing.isEmpty()) {
      LOG.warn(
          "ConfigMap {}/{} names programs, which are not run; what uses {} needs a jar in the plugin"
              + " folder",
          namespace,
          PluginConfigMap.NAME,
          missing);
    }
    if (!config.disabledSteps().isEmpty()) {
      LOG.info("step plugins that complete at once: {}", config.disabledSteps());
    }
    return config.disabledSteps();
  }

  private static PluginConfigMap read(Api api, String namespace) {
    Optional<JsonObject> there;
    try {
      there = api.get(new ObjectKey("v1", "ConfigMap", namespace, PluginConfigMap.NAME));
    } catch (ApiException e) {
      throw new StartException(
          "ConfigMap %s/%s cannot be read; the controller's role has to allow that: %s"
              .formatted(namespace, PluginConfigMap.NAME, e.text()));
    }
    return PluginConfigMap.of(there.stream().toList());
  }
}
