package dev.rollouts.simulation.rollout;

import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.simulation.cluster.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What happened in a simulation of a rollout. Immutable and thread-safe. */
public final class RolloutTrace {
  private final long seed;
  private final Rollout rollout;
  private final List<ReplicaSet> replicaSets;
  private final List<Row> rows;
  private final List<Run> runs;
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
      List<Run> runs,
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
    this.runs = List.copyOf(runs);
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
   * @param shares of the requests by version, from 0 to 1; only versions that get any
   * @param lost share of the requests that nobody gets, from 0 to 1
   * @param newest hash of the version of the current template; empty at first
   * @param stable hash of the version that was last promoted; empty at first
   * @param aborted whether the update is aborted
   * @param served requests since the start by version
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
      Map<String, Double> shares,
      double lost,
      String newest,
      String stable,
      boolean aborted,
      List<Traffic.Total> served,
      List<Version> versions,
      List<Analysis> analyses,
      List<Happening> happenings) {
    public Row {
      shares = Map.copyOf(shares);
      served = List.copyOf(served);
      versions = List.copyOf(versions);
      analyses = List.copyOf(analyses);
      happenings = List.copyOf(happenings);
    }
  }

  /**
   * One version.
   *
   * @param image of the first container
   * @param role {@code stable}, {@code canary}, {@code preview}, or {@code old}
   * @param wanted {@code spec.replicas}
   * @param ready pods that are ready, whatever the status says
   * @param available as the status says
   */
  public record Version(
      String hash,
      String image,
      long revision,
      String role,
      int wanted,
      int ready,
      int available) {}

  /**
   * An AnalysisRun from its creation on.
   *
   * @param changes every status it had, in order
   */
  public record Run(String name, Duration createdAt, AnalysisSpec spec, List<RunChange> changes) {
    public Run {
      changes = List.copyOf(changes);
    }
  }

  /** Another status of a run. */
  public record RunChange(Duration elapsed, AnalysisRunStatus status) {}

  /** A run, or an experiment, and its phase. */
  public record Analysis(String name, String phase, String message) {}

  /**
   * Something that happened.
   *
   * @param source {@code user}, {@code event}, {@code effect} or {@code fault}
   */
  public record Happening(String source, String text) {
    /** Events that only repeat what a row shows anyway. */
    private static final Set<String> QUIET =
        Set.of(
            "ScalingReplicaSet",
            "ReplicaSetUpdated",
            "NewReplicaSetCreated",
            "NewReplicaSetAvailable",
            "TrafficWeightUpdated",
            "RolloutUpdated",
            "RolloutNotCompleted",
            "RolloutPaused",
            "RolloutResumed",
            "RolloutAborted",
            "AnalysisRunRunning",
            "AnalysisRunSuccessful",
            "AnalysisRunFailed",
            "AnalysisRunInconclusive",
            "AnalysisRunError",
            "AvailableReason");

    /** Whether it says more than the rows do. */
    public boolean isTelling() {
      return switch (source) {
        case "event" -> !QUIET.contains(reason()) && !text.contains("desiredWeight");
        case "effect" -> isRefused() || text.startsWith("scale Deployment ");
        default -> true;
      };
    }

    /** Whether it is an effect that the cluster did not let happen. */
    public boolean isRefused() {
      return source.equals("effect") && text.contains(": refused, ");
    }

    /** The reason of an event; the whole text of anything else. */
    public String reason() {
      int colon = text.indexOf(": ");
      return source.equals("event") && colon >= 0 ? text.substring(0, colon) : text;
    }
  }

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

  /** Every AnalysisRun, in the order of creation; empty when nothing was recorded. */
  public List<Run> runs() {
    return runs;
  }

  /** Every update, in order: what became of it, and what it did to users. */
  public List<Update> updates() {
    return Update.in(rows);
  }

  /** What became of the last update, or of the rollout when there was none. */
  public Outcome outcome() {
    List<Update> updates = updates();
    if (updates.isEmpty()) {
      return switch (phase() == null ? RolloutPhase.PROGRESSING : phase()) {
        case HEALTHY -> Outcome.DEPLOYED;
        case DEGRADED -> Outcome.DEGRADED;
        case PROGRESSING, PAUSED -> Outcome.UNFINISHED;
      };
    }
    Outcome last = updates.get(updates.size() - 1).outcome();
    boolean broken = phase() == RolloutPhase.DEGRADED;
    return broken && (last == Outcome.UNFINISHED || last == Outcome.PROMOTED)
        ? Outcome.DEGRADED
        : last;
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

  /** The rows as text, as {@link #timeline}, without what only repeats itself. */
  public String summary() {
    return RowText.telling(rows);
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
