package dev.rollouts.examples.plugin;

import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.PluginMetricProvider;
import dev.rollouts.api.provider.config.PluginConfig;
import java.io.IOException;
import java.nio.file.Files;

/** The number in a file: {@code provider: {plugin: {example/number: {file: queue-depth}}}}. */
public final class NumberFile implements PluginMetricProvider {
  @Override
  public String pluginName() {
    return "example/number";
  }

  @Override
  public Observation run(MeasurementContext context, PluginConfig config) {
    Object name = config.config().at("file");
    try {
      String text = Files.readString(SharedFolder.file(name)).strip();
      return Observation.value(Double.parseDouble(text));
    } catch (IOException | IllegalArgumentException e) {
      return Observation.failure("file %s: %s".formatted(name, e));
    }
  }
}
