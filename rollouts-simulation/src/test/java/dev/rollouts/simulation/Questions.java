package dev.rollouts.simulation;

import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.Provider;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.engine.analysis.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Questions to scripts. */
final class Questions {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Questions() {}

  static Question at(Duration elapsed) {
    return of(
        PrometheusQuery.of("http://prometheus:9090", "up"), elapsed, Observed.Asked.MEASURE, null);
  }

  static Question of(
      ProviderConfig provider,
      Duration elapsed,
      Observed.Asked asked,
      @Nullable Measurement inFlight) {
    Metric metric = Metric.named("m").provider(PrometheusQuery.of("http://p:9090", "up")).build();
    return new Question(
        metric.withProvider(Provider.of(provider)),
        Map.of("tier", "gold"),
        asked,
        1,
        elapsed,
        START.plus(elapsed),
        inFlight,
        Seeds.mix(7, elapsed.toMillis()));
  }
}
