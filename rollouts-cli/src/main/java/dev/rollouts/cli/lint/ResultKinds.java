package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MetricProvider;
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
import dev.rollouts.runner.Providers;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What kinds of result a metric's provider can return: as the provider says, else as the API says
 * of it; for Prometheus as the query says.
 */
final class ResultKinds {
  private final Providers providers;

  ResultKinds(Providers providers) {
    this.providers = providers;
  }

  /** Empty for a provider that judges by itself. */
  Set<ResultKind> of(ProviderConfig config) {
    if (config instanceof JobTemplate || config instanceof KayentaCanary) {
      return EnumSet.noneOf(ResultKind.class);
    }
    Set<ResultKind> kinds = said(config).orElseGet(() -> config.accept(new Known()));
    if (config instanceof PrometheusQuery query && query.rangeQuery() == null) {
      // Not narrowed to a scalar: VictoriaMetrics answers such a query with a vector of one.
      return PromQl.of(query.query()).isVector() ? EnumSet.of(ResultKind.VECTOR) : kinds;
    }
    return kinds;
  }

  private <C extends ProviderConfig> Optional<Set<ResultKind>> said(C config) {
    Optional<MetricProvider<C>> provider = providers.find(config);
    return provider.map(it -> it.resultKinds(config));
  }

  private static final class Known implements ProviderConfig.Handler<Set<ResultKind>> {
    @Override
    public Set<ResultKind> prometheus(PrometheusQuery query) {
      return query.rangeQuery() == null
          ? EnumSet.of(ResultKind.SCALAR, ResultKind.VECTOR)
          : EnumSet.of(ResultKind.VECTOR);
    }

    @Override
    public Set<ResultKind> kayenta(KayentaCanary canary) {
      return EnumSet.noneOf(ResultKind.class);
    }

    @Override
    public Set<ResultKind> web(WebRequest request) {
      return EnumSet.of(
          ResultKind.SCALAR,
          ResultKind.STRING,
          ResultKind.BOOLEAN,
          ResultKind.NIL,
          ResultKind.MAP,
          ResultKind.LIST);
    }

    @Override
    public Set<ResultKind> datadog(DatadogQuery query) {
      if (!query.apiVersion().equals("v2")) {
        return EnumSet.of(ResultKind.SCALAR, ResultKind.NIL);
      }
      String all = query.query() + query.formula() + query.queries().values();
      if (Substitution.isOpen(all)) {
        return EnumSet.of(ResultKind.SCALAR, ResultKind.VECTOR, ResultKind.NIL);
      }
      boolean grouped = all.contains("by {") || all.contains("by{");
      return EnumSet.of(grouped ? ResultKind.VECTOR : ResultKind.SCALAR, ResultKind.NIL);
    }

    @Override
    public Set<ResultKind> wavefront(WavefrontQuery query) {
      return EnumSet.of(ResultKind.SCALAR, ResultKind.VECTOR);
    }

    @Override
    public Set<ResultKind> newRelic(NewRelicQuery query) {
      return EnumSet.of(ResultKind.MAP, ResultKind.LIST);
    }

    @Override
    public Set<ResultKind> job(JobTemplate job) {
      return EnumSet.noneOf(ResultKind.class);
    }

    @Override
    public Set<ResultKind> cloudWatch(CloudWatchQuery query) {
      return EnumSet.of(ResultKind.RECORDS, ResultKind.NIL);
    }

    @Override
    public Set<ResultKind> graphite(GraphiteQuery query) {
      return EnumSet.of(ResultKind.VECTOR);
    }

    @Override
    public Set<ResultKind> influxdb(InfluxdbQuery query) {
      return EnumSet.of(ResultKind.ROWS);
    }

    @Override
    public Set<ResultKind> skywalking(SkyWalkingQuery query) {
      return EnumSet.of(ResultKind.MAP);
    }

    @Override
    public Set<ResultKind> plugin(PluginConfig config) {
      return EnumSet.allOf(ResultKind.class);
    }
  }
}
