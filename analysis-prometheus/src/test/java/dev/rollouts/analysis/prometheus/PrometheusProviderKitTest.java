package dev.rollouts.analysis.prometheus;

import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.config.Authentication;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.testing.HttpMetricProviderKit;
import java.time.Duration;
import java.util.Set;

/** What every provider promises. */
class PrometheusProviderKitTest extends HttpMetricProviderKit<PrometheusQuery> {
  @Override
  protected MetricProvider<PrometheusQuery> provider() {
    return new PrometheusProvider();
  }

  @Override
  protected PrometheusQuery config(String url, Duration limit) {
    return PrometheusQuery.of(url, "up")
        .withTimeout(limit)
        .withHeader("X-Api-Key", "k3y-4711")
        .withAuthentication(Authentication.basic("carl", "hunter2"));
  }

  @Override
  protected String goodBody() {
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"1\"]}}";
  }

  @Override
  protected Set<String> secrets() {
    return Set.of("hunter2", "k3y-4711", "Y2FybDpodW50ZXIy");
  }
}
