package dev.rollouts.controller.plugins;

import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.PluginMetricProvider;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.ProviderConfig;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A metric provider from a jar, whose name was asked for once, and whose threads find the classes
 * of its jar. The runner keeps its time limits.
 */
class ContainedProvider<C extends ProviderConfig> implements MetricProvider<C> {
  private final MetricProvider<C> provider;
  private final Class<C> type;

  private ContainedProvider(MetricProvider<C> provider, Class<C> type) {
    this.provider = provider;
    this.type = type;
  }

  /** One that answers to a name. */
  static final class Named extends ContainedProvider<PluginConfig> implements PluginMetricProvider {
    private final String name;

    Named(PluginMetricProvider provider, String name) {
      super(provider, PluginConfig.class);
      this.name = name;
    }

    @Override
    public String pluginName() {
      return name;
    }

    @Override
    public Class<PluginConfig> configType() {
      return PluginConfig.class;
    }
  }

  /** One that answers to a configuration of the API. */
  static <C extends ProviderConfig> ContainedProvider<C> of(MetricProvider<C> provider) {
    return new ContainedProvider<>(provider, provider.configType());
  }

  private <T> T within(Supplier<T> call) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(provider.getClass().getClassLoader());
    try {
      return call.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public Class<C> configType() {
    return type;
  }

  @Override
  public Observation run(MeasurementContext context, C config) {
    return within(() -> provider.run(context, config));
  }

  @Override
  public Observation resume(MeasurementContext context, C config, Measurement inFlight) {
    return within(() -> provider.resume(context, config, inFlight));
  }

  @Override
  public Observation terminate(MeasurementContext context, C config, Measurement inFlight) {
    return within(() -> provider.terminate(context, config, inFlight));
  }

  @Override
  public Map<String, String> metadata(C config) {
    return within(() -> provider.metadata(config));
  }

  @Override
  public void collectGarbage(MeasurementContext context, C config, int keep) {
    within(
        () -> {
          provider.collectGarbage(context, config, keep);
          return Boolean.TRUE;
        });
  }

  @Override
  public Set<ResultKind> resultKinds(C config) {
    return within(() -> provider.resultKinds(config));
  }
}
