package dev.rollouts.simulation.rollout;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The same simulation with many seeds, which draw other start times of pods and other noise of
 * metrics. The result depends on the simulation and the number of runs only, not on the number of
 * processors.
 *
 * @param results by seed
 */
public record RolloutOdds(List<Result> results) {
  public RolloutOdds {
    results = List.copyOf(results);
  }

  /**
   * What one seed came to.
   *
   * @param timeToVerdict of the last update; null without one
   * @param requests that new versions got before their verdicts
   * @param failed of these
   */
  public record Result(
      long seed,
      Outcome outcome,
      @Nullable Duration timeToVerdict,
      double requests,
      double failed) {}

  /**
   * Runs the simulation with its own seed and the following ones, on all processors.
   *
   * @param runs at least 1
   * @param atMost virtual time of each run
   * @throws RolloutViolation for the lowest seed with which a decision breaks an invariant
   */
  public static RolloutOdds run(RolloutSimulation simulation, int runs, Duration atMost) {
    if (runs < 1) {
      throw new IllegalArgumentException("runs must be at least 1, was " + runs);
    }
    Result[] results = new Result[runs];
    RolloutViolation[] violations = new RolloutViolation[runs];
    long first = simulation.clusterSettings().seed();
    IntStream.range(0, runs)
        .parallel()
        .forEach(
            i -> {
              try {
                results[i] = result(first + i, simulation.withSeed(first + i).run(atMost));
              } catch (RolloutViolation violation) {
                violations[i] = violation;
              }
            });
    for (RolloutViolation violation : violations) {
      if (violation != null) {
        throw violation;
      }
    }
    return new RolloutOdds(Arrays.asList(results));
  }

  private static Result result(long seed, RolloutTrace trace) {
    List<Update> updates = trace.updates();
    return new Result(
        seed,
        trace.outcome(),
        updates.isEmpty() ? null : updates.get(updates.size() - 1).timeToVerdict(),
        updates.stream().mapToDouble(Update::requests).sum(),
        updates.stream().mapToDouble(Update::failed).sum());
  }
}
