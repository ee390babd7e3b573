package dev.rollouts.api.provider;

import dev.rollouts.api.provider.config.PluginConfig;

/** A provider addressed as {@code provider.plugin["<namespace>/<name>"]}. */
public interface PluginMetricProvider extends MetricProvider<PluginConfig> {
  /** The key that it answers to: {@code <namespace>/<name>}. */
  String pluginName();

  @Override
  default Class<PluginConfig> configType() {
    return PluginConfig.class;
  }
}
