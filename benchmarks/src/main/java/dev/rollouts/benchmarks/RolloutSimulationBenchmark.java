package dev.rollouts.benchmarks;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.rollout.Act;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import dev.rollouts.simulation.rollout.RolloutTrace;
import dev.rollouts.simulation.rollout.When;
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

/** Whole rollouts in virtual time: eight steps behind Istio, three metrics a minute. */
@State(Scope.Benchmark)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RolloutSimulationBenchmark {
  private static final int STEPS = 8;
  private static final int METRICS = 3;

  /** How much is checked after each decision. */
  @Param({"OFF", "SAMPLED", "ALL"})
  private Checks checks = Checks.SAMPLED;

  private final RolloutSimulation shortUpdate = update(Duration.ofMinutes(2));
  private final RolloutSimulation longUpdate = update(Duration.ofHours(6));
  private long seed;

  /** An update that pauses for four times two minutes; every one has another seed. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @OutputTimeUnit(TimeUnit.SECONDS)
  public RolloutTrace rollouts() {
    return delivered(shortUpdate);
  }

  /** An update that takes a day: 4,320 measurements. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public RolloutTrace day() {
    return delivered(longUpdate);
  }

  private static RolloutSimulation update(Duration pause) {
    return Deliveries.canary(STEPS, pause, METRICS, 0)
        .act(When.at(Duration.ofMinutes(5)), Act.setImage("web", Deliveries.IMAGE + 2));
  }

  private RolloutTrace delivered(RolloutSimulation update) {
    RolloutTrace trace = update.withSeed(seed++).checking(checks).run(Duration.ofHours(30));
    if (trace.phase() != RolloutPhase.HEALTHY) {
      throw new IllegalStateException("the update ended as " + trace);
    }
    return trace;
  }
}
