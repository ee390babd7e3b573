package dev.rollouts.cli;

import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.PluginMetricProvider;
import dev.rollouts.api.provider.config.PluginConfig;
import java.util.List;

/**
 * Answers what its configuration says: {@code {answers: [1, 2], error: text}}; the last answer
 * repeats.
 */
public final class ScriptedProvider implements PluginMetricProvider {
  @Override
  public String pluginName() {
    return "test/scripted";
  }

  @Override
  public Observation run(MeasurementContext context, PluginConfig config) {
    Object error = config.config().at("error");
    if (error instanceof String text) {
      return Observation.failure(text);
    }
    if (config.config().at("answers") instanceof List<?> answers) {
      return Observation.value(answers.get(Math.min(answers.size(), context.attempt()) - 1));
    }
    return Observation.failure("nothing to answer");
  }
}
