package dev.rollouts.simulation.rollout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Kills the controller once after each of its writes: wherever it dies, its successor gets to the
 * same place.
 */
public final class CrashPoints {
  private CrashPoints() {}

  /**
   * A death that led somewhere else.
   *
   * @param write after which the controller died; 1 is the first
   */
  public record Difference(long write, EndState calm, EndState afterDeath) {
    @Override
    public String toString() {
      return "killed after write %d it ends as\n  %s\ninstead of\n  %s"
          .formatted(write, afterDeath, calm);
    }
  }

  /**
   * What came of them all.
   *
   * @param points number of deaths that were tried
   * @param differences those that led somewhere else
   */
  public record Report(long points, List<Difference> differences, RolloutChances chances) {
    public Report {
      differences = List.copyOf(differences);
    }
  }

  /**
   * Runs a simulation once as it is, and once for each of its writes with a death after it. What
   * people do in it should wait for conditions rather than for moments, since a death costs a
   * second.
   *
   * @throws RolloutViolation if a decision breaks a {@link RolloutInvariant}
   */
  public static Report enumerate(RolloutSimulation simulation, Duration atMost) {
    RolloutTrace calm = simulation.run(atMost);
    List<Difference> differences = new ArrayList<>();
    RolloutChances chances = calm.chances();
    for (long write = 1; write <= calm.writes(); write++) {
      RolloutTrace trace = simulation.dyingAfterWrite(write).run(atMost);
      chances = chances.plus(trace.chances());
      if (!trace.end().equals(calm.end())) {
        differences.add(new Difference(write, calm.end(), trace.end()));
      }
    }
    return new Report(calm.writes(), differences, chances);
  }
}
