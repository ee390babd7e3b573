package dev.rollouts.api.analysis;

import dev.rollouts.api.provider.config.CloudWatchQuery;
import dev.rollouts.api.provider.config.DatadogQuery;
import dev.rollouts.api.provider.config.GraphiteQuery;
import dev.rollouts.api.provider.config.InfluxdbQuery;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.NewRelicQuery;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.provider.config.SkyWalkingQuery;
import dev.rollouts.api.provider.config.WavefrontQuery;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.OrderedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whom to ask: exactly one of these, which validation checks. Each key of {@code plugin} counts as
 * one.
 *
 * @param plugin configuration by plugin name, {@code <namespace>/<name>}
 */
public record Provider(
    @Nullable PrometheusQuery prometheus,
    @Nullable KayentaCanary kayenta,
    @Nullable WebRequest web,
    @Nullable DatadogQuery datadog,
    @Nullable WavefrontQuery wavefront,
    @Nullable NewRelicQuery newRelic,
    @Nullable JobTemplate job,
    @Nullable CloudWatchQuery cloudWatch,
    @Nullable GraphiteQuery graphite,
    @Nullable InfluxdbQuery influxdb,
    @Nullable SkyWalkingQuery skywalking,
    Map<String, JsonObject> plugin) {
  private static final Provider NONE =
      new Provider(null, null, null, null, null, null, null, null, null, null, null, Map.of());

  public Provider {
    plugin = OrderedMap.copyOf(plugin);
  }

  /** No provider; validation refuses it. */
  public static Provider none() {
    return NONE;
  }

  /** The one provider. */
  public static Provider of(ProviderConfig config) {
    return config.accept(new Only());
  }

  /** Everything that is configured, in the order of the schema. */
  public List<ProviderConfig> configured() {
    List<ProviderConfig> all = new ArrayList<>();
    Stream.<@Nullable ProviderConfig>of(
            prometheus,
            kayenta,
            web,
            datadog,
            wavefront,
            newRelic,
            job,
            cloudWatch,
            graphite,
            influxdb,
            skywalking)
        .forEach(
            config -> {
              if (config != null) {
                all.add(config);
              }
            });
    plugin.forEach((name, config) -> all.add(new PluginConfig(name, config)));
    return all;
  }

  /**
   * The configuration of the one provider.
   *
   * @throws IllegalStateException if there is none or more than one
   */
  public ProviderConfig only() {
    List<ProviderConfig> all = configured();
    if (all.size() != 1) {
      throw new IllegalStateException(
          all.isEmpty() ? "no provider specified" : "multiple providers specified");
    }
    return all.get(0);
  }

  /** Puts a configuration into its place. */
  private static final class Only implements ProviderConfig.Handler<Provider> {
    @Override
    public Provider prometheus(PrometheusQuery it) {
      return new Provider(it, null, null, null, null, null, null, null, null, null, null, Map.of());
    }

    @Override
    public Provider kayenta(KayentaCanary it) {
      return new Provider(null, it, null, null, null, null, null, null, null, null, null, Map.of());
    }

    @Override
    public Provider web(WebRequest it) {
      return new Provider(null, null, it, null, null, null, null, null, null, null, null, Map.of());
    }

    @Override
    public Provider datadog(DatadogQuery it) {
      return new Provider(null, null, null, it, null, null, null, null, null, null, null, Map.of());
    }

    @Override
    public Provider wavefront(WavefrontQuery it) {
      return new Provider(null, null, null, null, it, null, null, null, null, null, null, Map.of());
    }

    @Override
    public Provider newRelic(NewRelicQuery it) {
      return new Provider(null, null, null, null, null, it, null, null, null, null, null, Map.of());
    }

    @Override
    public Provider job(JobTemplate it) {
      return new Provider(null, null, null, null, null, null, it, null, null, null, null, Map.of());
    }

    @Override
    public Provider cloudWatch(CloudWatchQuery it) {
      return new Provider(null, null, null, null, null, null, null, it, null, null, null, Map.of());
    }

    @Override
    public Provider graphite(GraphiteQuery it) {
      return new Provider(null, null, null, null, null, null, null, null, it, null, null, Map.of());
    }

    @Override
    public Provider influxdb(InfluxdbQuery it) {
      return new Provider(null, null, null, null, null, null, null, null, null, it, null, Map.of());
    }

    @Override
    public Provider skywalking(SkyWalkingQuery it) {
      return new Provider(null, null, null, null, null, null, null, null, null, null, it, Map.of());
    }

    @Override
    public Provider plugin(PluginConfig it) {
      return new Provider(
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          Map.of(it.name(), it.config()));
    }
  }
}
