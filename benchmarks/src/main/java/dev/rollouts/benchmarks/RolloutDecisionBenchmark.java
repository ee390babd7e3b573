package dev.rollouts.benchmarks;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.rollout.Act;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import dev.rollouts.simulation.rollout.When;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One decision about a canary behind Istio: ten steps, ten ReplicaSets, three AnalysisRuns. Its
 * inputs are those of turns of a simulated delivery.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RolloutDecisionBenchmark {
  private static final int STEPS = 10;
  private static final int REVISIONS = 10;
  private static final int RUNS = 3;
  private static final Duration BETWEEN_UPDATES = Duration.ofMinutes(40);

  private final RolloutEngine engine = new RolloutEngine();
  private final Turn news;
  private final Turn nothing;

  private record Turn(
      Rollout rollout,
      RolloutObservations seen,
      Instant now,
      Decision<RolloutStatus, ClusterEffect> decision) {
    boolean isNews() {
      return !decision.effects().isEmpty() && !decision.status().equals(rollout.statusOrEmpty());
    }

    boolean isQuiet() {
      return decision.effects().isEmpty() && decision.status().equals(rollout.statusOrEmpty());
    }
  }

  /** Delivers nine updates and stops within the last of them. */
  public RolloutDecisionBenchmark() {
    List<Turn> turns = new ArrayList<>();
    RolloutSimulation simulation =
        Deliveries.canary(STEPS, Duration.ofMinutes(5), 3, 1)
            .checking(Checks.OFF)
            .decidedBy(
                (rollout, seen, now) -> {
                  var decision = engine.decide(rollout, seen, now);
                  if (seen.replicaSets().size() == REVISIONS
                      && seen.analysisRuns().size() >= RUNS
                      && isUnderWay(rollout.statusOrEmpty().currentStepIndex())) {
                    turns.add(new Turn(rollout, lastRuns(seen), now, decision));
                  }
                  return decision;
                });
    for (int i = 1; i < REVISIONS; i++) {
      simulation =
          simulation.act(
              When.at(BETWEEN_UPDATES.multipliedBy(i)),
              Act.setImage("web", Deliveries.IMAGE + (i + 1)));
    }
    simulation.run(BETWEEN_UPDATES.multipliedBy(REVISIONS + 1));
    news = last(turns, Turn::isNews);
    nothing = last(turns, Turn::isQuiet);
  }

  private static boolean isUnderWay(@Nullable Integer step) {
    return step != null && step > 0 && step < STEPS;
  }

  private static RolloutObservations lastRuns(RolloutObservations seen) {
    int count = seen.analysisRuns().size();
    return new RolloutObservations(
        seen.replicaSets(),
        seen.pods(),
        seen.analysisRuns().subList(count - RUNS, count),
        seen.experiments(),
        seen.templates(),
        seen.objects(),
        seen.answers());
  }

  private Turn last(List<Turn> turns, Predicate<Turn> which) {
    for (int i = turns.size() - 1; i >= 0; i--) {
      Turn turn = turns.get(i);
      Turn again = new Turn(turn.rollout(), turn.seen(), turn.now(), decide(turn));
      if (which.test(again)) {
        return again;
      }
    }
    throw new IllegalStateException("no such turn among " + turns.size());
  }

  private Decision<RolloutStatus, ClusterEffect> decide(Turn turn) {
    return engine.decide(turn.rollout(), turn.seen(), turn.now());
  }

  /** A turn that changes the status and asks for something. */
  @Benchmark
  public Decision<RolloutStatus, ClusterEffect> news() {
    return decide(news);
  }

  /** A turn within a pause: the status stays equal, and nothing is asked for. */
  @Benchmark
  public Decision<RolloutStatus, ClusterEffect> nothingNew() {
    return decide(nothing);
  }
}
