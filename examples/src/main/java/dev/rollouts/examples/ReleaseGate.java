package dev.rollouts.examples;

import dev.rollouts.analysis.prometheus.PrometheusProvider;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.runner.AnalysisRunner;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Judges a release from inside a service of one's own, without Kubernetes. */
public final class ReleaseGate {
  private final String prometheus;
  private final Duration interval;

  /**
   * A gate that asks this server.
   *
   * @param prometheus base URL, such as {@code http://prometheus:9090}
   * @param interval time between two measurements
   */
  public ReleaseGate(String prometheus, Duration interval) {
    this.prometheus = prometheus;
    this.interval = interval;
  }

  /**
   * Whether the release did well in three measurements, one failure tolerated. Waits for the
   * verdict.
   */
  public boolean mayGoOn(String release) throws InterruptedException, TimeoutException {
    // tag::embed[]
    AnalysisSpec spec =
        AnalysisSpec.of(
            Metric.named("success-rate")
                .interval(interval)
                .count(3)
                .failureLimit(1)
                .successCondition("len(result) > 0 && result[0] >= 0.95")
                .provider(PrometheusQuery.of(prometheus, "release:success:rate1m"))
                .build());
    try (AnalysisRunner runner =
        AnalysisRunner.builder().provider(new PrometheusProvider()).build()) {
      AnalysisRunStatus status = runner.start(release, spec).await(Duration.ofMinutes(15));
      System.out.println(status.phase() + " " + status.message());
      return status.phase() == AnalysisPhase.SUCCESSFUL;
    }
    // end::embed[]
  }
}
