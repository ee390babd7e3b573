package dev.rollouts.cli;

import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.Provider;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.runner.Providers;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** What a command asks that measures by itself. */
public final class BackEnds {
  private BackEnds() {}

  /**
   * Sees that there is a provider for each metric.
   *
   * @throws IllegalArgumentException with what is missing, and what to do
   */
  public static void require(AnalysisSpec spec, Providers providers) {
    List<String> missing = new ArrayList<>();
    for (Metric metric : spec.metrics()) {
      for (ProviderConfig config : metric.provider().configured()) {
        if (config instanceof JobTemplate) {
          missing.add(
              "metric \"%s\": provider job runs a Job in a cluster, which this command has not; leave the metric out, or run the analysis in the cluster"
                  .formatted(metric.name()));
        } else if (providers.find(config).isEmpty()) {
          missing.add(
              "metric \"%s\": provider %s is not among those of this command: %s; put its jar on the class path"
                  .formatted(metric.name(), name(config), String.join(", ", providers.names())));
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", missing));
    }
  }

  private static String name(ProviderConfig config) {
    return config instanceof PluginConfig plugin ? "plugin " + plugin.name() : config.key();
  }

  /**
   * The spec with another address in every prometheus metric.
   *
   * @throws IllegalArgumentException when it is no address, or nobody would be asked there
   */
  public static AnalysisSpec redirected(AnalysisSpec spec, String address) {
    requireUrl(address);
    List<Metric> metrics = new ArrayList<>();
    boolean any = false;
    for (Metric metric : spec.metrics()) {
      PrometheusQuery query = metric.provider().prometheus();
      if (query == null || metric.provider().configured().size() != 1) {
        metrics.add(metric);
        continue;
      }
      any = true;
      metrics.add(
          metric.withProvider(
              Provider.of(
                  new PrometheusQuery(
                      address,
                      query.query(),
                      query.timeout(),
                      query.insecure(),
                      query.headers(),
                      query.rangeQuery(),
                      query.authentication()))));
    }
    if (!any) {
      throw new IllegalArgumentException(
          "--prometheus %s: no metric of this template asks Prometheus; leave the option out"
              .formatted(address));
    }
    return new AnalysisSpec(
        metrics,
        spec.args(),
        spec.terminate(),
        spec.dryRun(),
        spec.measurementRetention(),
        spec.ttlStrategy());
  }

  private static void requireUrl(String address) {
    try {
      URI uri = new URI(address);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return;
      }
    } catch (URISyntaxException notAUrl) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "--prometheus: expected a URL such as http://localhost:9090, was \"%s\""
            .formatted(address));
  }
}
