package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.simulation.cluster.Traffic;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened in a simulation of a rollout. Immutable and thread-safe. */
public final class RolloutTrace {
  private final long seed;
  private final Rollout rollout;
  private final List<ReplicaSet> replicaSets;
  private final List<Row> rows;
  private final List<Traffic.Minute> minutes;
  private final Duration length;
  private final long decisions;
  private final long writes;
  private final EndState end;
  private final RolloutChances chances;

  RolloutTrace(
      long seed,
      Rollout rollout,
      List<ReplicaSet> replicaSets,
      List<Row> rows,
      List<Traffic.Minute> minutes,
      Duration length,
      long decisions,
      long writes,
      EndState end,
      RolloutChances chances) {
    this.seed = seed;
    this.rollout = rollout;
    this.replicaSets = List.copyOf(replicaSets);
    this.rows = List.copyOf(rows);
    this.minutes = List.copyOf(minutes);
    this.length = length;
    this.decisions = decisions;
    this.writes = writes;
    this.end = end;
    this.chances = chances;
  }

  /**
   * How things stand at one moment, and what has just happened.
   *
   * @param elapsed since the start
   * @param step index of the current step; {@code steps} when all are done
   * @param steps number of steps; 0 without
   * @param weightWanted what the steps ask for, in the rollout's own units; -1 without steps
   * @param share of the requests that the newest version gets, from 0 to 1
   * @param lost share of the requests that nobody gets, from 0 to 1
   * @param versions the rollout's ReplicaSets, newest revision first; those without pods are left
   *     out
   * @param analyses runs that are not done, and those that just were
   * @param happenings events, acts, effects and faults since the row before
   */
  public record Row(
      Duration elapsed,
      @Nullable RolloutPhase phase,
      String message,
      int step,
      int steps,
      int weightWanted,
      double share,
      double lost,
      List<Version> versions,
      List<Analysis> analyses,
      List<Happening> happenings) {
    public Row {
      versions = List.copyOf(versions);
      analyses = List.copyOf(analyses);
      happenings = List.copyOf(happenings);
    }
  }

  /**
   * One version.
   *
   * @param role {@code stable}, {@code canary}, {@code preview}, or {@code old}
   * @param wanted {@code spec.replicas}
   * @param ready pods that are ready, whatever the status says
   * @param available as the status says
   */
  public record Version(
      String hash, long revision, String role, int wanted, int ready, int available) {}

  /** A run, or an experiment, and its phase. */
  public record Analysis(String name, String phase, String message) {}

  /**
   * Something that happened.
   *
   * @param source {@code user}, {@code event}, {@code effect} or {@code fault}
   */
  public record Happening(String source, String text) {}

  /** The seed that gives this trace again. */
  public long seed() {
    return seed;
  }

  /** The rollout at the end. */
  public Rollout rollout() {
    return rollout;
  }

  /** Its status at the end. */
  public RolloutStatus status() {
    return rollout.statusOrEmpty();
  }

  /** Its phase at the end; null when nobody has looked at it. */
  public @Nullable RolloutPhase phase() {
    return status().phase();
  }

  /** Its ReplicaSets at the end. */
  public List<ReplicaSet> replicaSets() {
    return replicaSets;
  }

  /** Every change, in order; empty when nothing was recorded. */
  public List<Row> rows() {
    return rows;
  }

  /** All requests by minute and version. */
  public List<Traffic.Minute> minutes() {
    return minutes;
  }

  /** Requests that failed, of all versions and of none. */
  public double failedRequests() {
    return minutes.stream().mapToDouble(Traffic.Minute::failed).sum();
  }

  /** Virtual time that was simulated. */
  public Duration length() {
    return length;
  }

  /** Decisions about the rollout. */
  public long decisions() {
    return decisions;
  }

  /** Writes of the rollout controller. */
  public long writes() {
    return writes;
  }

  /** Where it ended, for comparison with another run. */
  public EndState end() {
    return end;
  }

  /** How often each invariant had a chance to fail. */
  public RolloutChances chances() {
    return chances;
  }

  /** The rows as text, one line each. */
  public String timeline() {
    return RowText.of(rows);
  }

  @Override
  public String toString() {
    return "RolloutTrace[seed=%d, phase=%s, message=%s, length=%s, decisions=%d]"
        .formatted(seed, phase(), status().message(), length, decisions);
  }
}
