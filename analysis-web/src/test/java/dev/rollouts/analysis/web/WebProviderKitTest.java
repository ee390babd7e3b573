package dev.rollouts.analysis.web;

import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.config.Header;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.testing.HttpMetricProviderKit;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What every provider promises. */
class WebProviderKitTest extends HttpMetricProviderKit<WebRequest> {
  @Override
  protected MetricProvider<WebRequest> provider() {
    return new WebProvider();
  }

  @Override
  protected WebRequest config(String url, Duration limit) {
    return new WebRequest(
        "",
        url + "/health",
        List.of(new Header("Authorization", "Bearer t0ken")),
        "",
        null,
        limit.toSeconds(),
        "",
        false,
        null);
  }

  @Override
  protected String goodBody() {
    return "{\"ok\":true}";
  }

  /** It is a text then (P-044). */
  @Override
  protected boolean refusesOtherThanJson() {
    return false;
  }

  @Override
  protected Set<String> secrets() {
    return Set.of("t0ken");
  }
}
