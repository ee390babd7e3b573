package dev.rollouts.testing;

import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.config.PluginConfig;
import java.time.Duration;
import java.util.Set;

/** All that a stranger writes to hold a provider to its promises. */
class AcmeProviderTest extends HttpMetricProviderKit<PluginConfig> {
  @Override
  protected MetricProvider<PluginConfig> provider() {
    return new AcmeProvider();
  }

  @Override
  protected PluginConfig config(String url, Duration limit) {
    return AcmeProvider.config(url, limit, "t0ken-of-acme");
  }

  @Override
  protected String goodBody() {
    return "{\"value\": 0.99}";
  }

  @Override
  protected Set<String> secrets() {
    return Set.of("t0ken-of-acme");
  }

  @Override
  protected boolean heedsEgress() {
    return false;
  }
}
