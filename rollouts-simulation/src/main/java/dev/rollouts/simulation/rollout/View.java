package dev.rollouts.simulation.rollout;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.simulation.cluster.Kind;
import dev.rollouts.simulation.cluster.SimulatedCluster;
import java.util.List;

/**
 * What a controller's watches have told it: as it is, or as it was while a watch stalls. A kind is
 * read again only when it has changed.
 */
final class View {
  private static final Kind[] KINDS = Kind.values();
  private static final RolloutEngine ENGINE = new RolloutEngine();

  private final SimulatedCluster cluster;
  private final long[] read = new long[KINDS.length];
  private final long[] stalledUntil = new long[KINDS.length];
  private final boolean[] missed = new boolean[KINDS.length];

  private Rollout rollout;
  private List<ReplicaSet> replicaSets = List.of();
  private List<Pod> pods = List.of();
  private List<AnalysisRun> runs = List.of();
  private List<Experiment> experiments = List.of();
  private ClusterObjects objects = ClusterObjects.none();

  View(SimulatedCluster cluster) {
    this.cluster = cluster;
    this.rollout = cluster.rollout();
    java.util.Arrays.fill(read, -1);
  }

  /** The watch of a kind tells nothing new until then. */
  @SuppressWarnings("EnumOrdinal") // an array: read at every turn
  void stall(Kind kind, long until) {
    stalledUntil[kind.ordinal()] = until;
  }

  /** The watch of a kind has lost what has just changed. */
  @SuppressWarnings("EnumOrdinal")
  void miss(Kind kind) {
    missed[kind.ordinal()] = true;
  }

  /** The watch of a kind tells everything again. */
  @SuppressWarnings("EnumOrdinal")
  void catchUp(Kind kind) {
    stalledUntil[kind.ordinal()] = 0;
    missed[kind.ordinal()] = false;
  }

  /** Everything is listed anew. */
  void relist() {
    for (Kind kind : KINDS) {
      catchUp(kind);
    }
  }

  @SuppressWarnings("EnumOrdinal")
  boolean isStalled(Kind kind, long now) {
    return missed[kind.ordinal()] || stalledUntil[kind.ordinal()] > now;
  }

  /** When a stalled watch goes on. */
  @SuppressWarnings("EnumOrdinal")
  long endsAt(Kind kind) {
    return stalledUntil[kind.ordinal()];
  }

  /** Whether everything that was read last is as it is. */
  @SuppressWarnings("EnumOrdinal")
  boolean isFresh() {
    for (Kind kind : KINDS) {
      if (kind != Kind.POD && read[kind.ordinal()] != cluster.version(kind)) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("EnumOrdinal")
  private boolean isDue(Kind kind, long now) {
    int at = kind.ordinal();
    long version = cluster.version(kind);
    if (read[at] == version || (read[at] >= 0 && isStalled(kind, now))) {
      return false;
    }
    read[at] = version;
    return true;
  }

  Rollout rollout(long now) {
    if (isDue(Kind.ROLLOUT, now)) {
      rollout = cluster.rollout();
    }
    return rollout;
  }

  RolloutObservations observe(Rollout of, List<ClusterAnswer> answers, long now) {
    if (isDue(Kind.REPLICA_SET, now)) {
      replicaSets = List.copyOf(cluster.replicaSets());
    }
    if (ENGINE.readsPods(of, replicaSets) && isDue(Kind.POD, now)) {
      pods = List.copyOf(cluster.pods());
    }
    if (isDue(Kind.ANALYSIS_RUN, now)) {
      runs = List.copyOf(cluster.analysisRuns());
    }
    if (isDue(Kind.EXPERIMENT, now)) {
      experiments = List.copyOf(cluster.experiments());
    }
    if (isDue(Kind.OBJECT, now)) {
      objects = cluster.objects();
    }
    return new RolloutObservations(
        replicaSets, pods, runs, experiments, cluster.templates(), objects, answers);
  }
}
