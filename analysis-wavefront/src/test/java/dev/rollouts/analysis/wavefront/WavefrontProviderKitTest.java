package dev.rollouts.analysis.wavefront;

import dev.rollouts.analysis.http.TestClients;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource;
import dev.rollouts.api.provider.config.WavefrontQuery;
import dev.rollouts.testing.HttpMetricProviderKit;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;

/** What every provider promises. */
class WavefrontProviderKitTest extends HttpMetricProviderKit<WavefrontQuery> {
  @Override
  protected MetricProvider<WavefrontQuery> provider() {
    return new WavefrontProvider(TestClients.withoutTls());
  }

  @Override
  protected WavefrontQuery config(String url, Duration limit) {
    return new WavefrontQuery(url.replace("http://", ""), "ts(requests)");
  }

  @Override
  protected MeasurementContext context() {
    Map<String, Secret> tokenForEveryHost =
        new AbstractMap<>() {
          @Override
          public Secret get(Object host) {
            return Secret.of("t0ken");
          }

          @Override
          public Set<Entry<String, Secret>> entrySet() {
            return Set.of();
          }
        };
    SecretSource source = (scope, name) -> tokenForEveryHost;
    return super.context().withSecrets(source);
  }

  @Override
  protected String goodBody() {
    return "{\"timeseries\":[{\"data\":[[1714557580,0.981]]}]}";
  }

  /** Its limit is fixed, and too long to wait for. */
  @Override
  protected boolean limitsTime() {
    return false;
  }

  @Override
  protected Set<String> secrets() {
    return Set.of("t0ken");
  }
}
