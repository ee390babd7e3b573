package dev.rollouts.benchmarks;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.analysis.RunSummary;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.AnalysisEngine;
import dev.rollouts.engine.analysis.MeasurementId;
import dev.rollouts.engine.analysis.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One decision of a run with five metrics that keep a hundred measurements each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@org.openjdk.jmh.annotations.Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecisionBenchmark {
  private static final Instant START = Instant.parse("2026-05-01T10:00:00Z");
  private static final int METRICS = 5;
  private static final int KEPT = 100;

  private final AnalysisEngine engine = new AnalysisEngine();
  private final AnalysisSpec spec;
  private final AnalysisRunStatus status;
  private final List<Observed> answers = new ArrayList<>();
  private final Instant due = START.plus(Duration.ofMinutes(KEPT + 1));

  /** A run in its second hour. */
  public DecisionBenchmark() {
    AnalysisSpec.Builder builder = AnalysisSpec.builder().measurementRetention(".*", KEPT);
    List<MetricResult> results = new ArrayList<>();
    for (int i = 0; i < METRICS; i++) {
      String name = "metric-" + i;
      builder.metric(
          Metric.named(name)
              .interval(Duration.ofMinutes(1))
              .failureLimit(3)
              .successCondition("result[0] >= 0.95")
              .provider(
                  PrometheusQuery.of("http://prometheus:9090", "rate(x{job=\"" + i + "\"}[1m])"))
              .build());
      results.add(result(name));
      answers.add(
          new Observed.Answer(
              new MeasurementId(name, KEPT + 1),
              Observed.Asked.MEASURE,
              Observation.value(List.of(0.99)).rendered("[0.99]"),
              Map.of(),
              due,
              due));
    }
    spec = builder.build();
    status =
        new AnalysisRunStatus(
            AnalysisPhase.RUNNING,
            "",
            START,
            null,
            new RunSummary(METRICS, 0, 0, 0, 0),
            new RunSummary(0, 0, 0, 0, 0),
            results);
  }

  private static MetricResult result(String name) {
    List<Measurement> measurements = new ArrayList<>();
    for (int i = 0; i < KEPT; i++) {
      Instant at = START.plus(Duration.ofMinutes(i));
      measurements.add(
          new Measurement(AnalysisPhase.SUCCESSFUL, "", at, at, "[0.9934]", Map.of(), null));
    }
    return new MetricResult(
        name,
        AnalysisPhase.RUNNING,
        measurements,
        "",
        KEPT,
        KEPT,
        0,
        0,
        0,
        0,
        KEPT,
        false,
        Map.of());
  }

  /** Five answers are folded, judged by their conditions, and the next wake-up is planned. */
  @Benchmark
  public Decision<AnalysisRunStatus, AnalysisEffect> fiveAnswers() {
    return engine.decide(spec, status, answers, due);
  }

  /** Nothing new: the status stays the same object. */
  @Benchmark
  public Decision<AnalysisRunStatus, AnalysisEffect> nothingNew() {
    return engine.decide(spec, status, List.of(), START.plus(Duration.ofMinutes(KEPT - 1)));
  }
}
