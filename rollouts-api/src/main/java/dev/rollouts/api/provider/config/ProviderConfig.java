package dev.rollouts.api.provider.config;

/**
 * The settings of one provider in one metric. Field by field: docs/spec/analysis-api.md#providers.
 */
public sealed interface ProviderConfig
    permits PrometheusQuery,
        KayentaCanary,
        WebRequest,
        DatadogQuery,
        WavefrontQuery,
        NewRelicQuery,
        JobTemplate,
        CloudWatchQuery,
        GraphiteQuery,
        InfluxdbQuery,
        SkyWalkingQuery,
        PluginConfig {
  /** The key under {@code provider} in YAML: {@code prometheus}. */
  String key();

  /** The provider's name in metrics and logs: {@code Prometheus}. */
  String typeName();

  /** Calls the method that belongs to this variant. */
  <R> R accept(Handler<R> handler);

  /** One answer per variant. */
  interface Handler<R> {
    R prometheus(PrometheusQuery query);

    R kayenta(KayentaCanary canary);

    R web(WebRequest request);

    R datadog(DatadogQuery query);

    R wavefront(WavefrontQuery query);

    R newRelic(NewRelicQuery query);

    R job(JobTemplate job);

    R cloudWatch(CloudWatchQuery query);

    R graphite(GraphiteQuery query);

    R influxdb(InfluxdbQuery query);

    R skywalking(SkyWalkingQuery query);

    R plugin(PluginConfig config);
  }
}
