package dev.rollouts.benchmarks;

import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.Simulation;
import dev.rollouts.simulation.Trace;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A day of five metrics, each measured every minute: 7,200 measurements, judged by a condition. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SimulationBenchmark {
  private static final int METRICS = 5;
  private static final int MEASUREMENTS = METRICS * 24 * 60;

  /** How much is checked after each decision. */
  @Param({"OFF", "SAMPLED", "ALL"})
  private Checks checks = Checks.SAMPLED;

  private long seed;

  /** Seasons and noise; every run has another seed. */
  @Benchmark
  public Trace day() {
    AnalysisSpec.Builder spec = AnalysisSpec.builder();
    for (int i = 0; i < METRICS; i++) {
      spec.metric(
          Metric.named("metric-" + i)
              .interval(Duration.ofMinutes(1))
              .failureLimit(3)
              .successCondition("result[0] >= 0.95")
              .provider(PrometheusQuery.of("http://prometheus:9090", "up"))
              .build());
    }
    Trace trace =
        Simulation.of(spec.build(), seed++)
            .provider(Script.seasonal(0.98, 0.01, Duration.ofHours(6)).withNoise(0.001))
            .checking(checks)
            .run(Duration.ofHours(24));
    int measured = trace.status().metricResults().stream().mapToInt(result -> result.count()).sum();
    if (measured != MEASUREMENTS) {
      throw new IllegalStateException("expected " + MEASUREMENTS + " measurements, got " + trace);
    }
    return trace;
  }
}
