package dev.rollouts.simulation.rollout;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.simulation.cluster.SimulatedCluster;
import dev.rollouts.simulation.cluster.VirtualTime;
import dev.rollouts.simulation.rollout.RolloutTrace.Analysis;
import dev.rollouts.simulation.rollout.RolloutTrace.Happening;
import dev.rollouts.simulation.rollout.RolloutTrace.Row;
import dev.rollouts.simulation.rollout.RolloutTrace.Run;
import dev.rollouts.simulation.rollout.RolloutTrace.RunChange;
import dev.rollouts.simulation.rollout.RolloutTrace.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes down how things stand, whenever it is something new. */
final class Recorder {
  private final SimulatedCluster cluster;
  private final VirtualTime time;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, RunRecord> runs = new LinkedHashMap<>();
  private List<Happening> happenings = new ArrayList<>();

  private record RunRecord(
      String name, Duration createdAt, AnalysisSpec spec, List<RunChange> changes) {}

  Recorder(SimulatedCluster cluster, VirtualTime time) {
    this.cluster = cluster;
    this.time = time;
    cluster.followRuns(this::runChanged);
  }

  private void runChanged(AnalysisRun run) {
    Duration now = Duration.ofMillis(time.now());
    runs.computeIfAbsent(
            run.metadata().uid(),
            uid -> new RunRecord(run.metadata().name(), now, run.spec(), new ArrayList<>()))
        .changes()
        .add(new RunChange(now, run.statusOrPending()));
  }

  List<Run> runs() {
    return runs.values().stream()
        .map(each -> new Run(each.name(), each.createdAt(), each.spec(), each.changes()))
        .toList();
  }

  List<Row> rows() {
    return rows;
  }

  void happened(String source, String text) {
    happenings.add(new Happening(source, text));
  }

  void performed(ClusterEffect effect, @Nullable ClusterAnswer answer) {
    String text = EffectText.of(effect);
    if (answer instanceof ClusterAnswer.Refused refused) {
      happened("effect", text + ": refused, " + refused.error());
    } else if (!text.isEmpty()) {
      happened("effect", text);
    }
  }

  void row() {
    Row row = now();
    Row last = rows.isEmpty() ? null : rows.get(rows.size() - 1);
    if (last != null && happenings.isEmpty() && isSame(last, row)) {
      return;
    }
    rows.add(row);
    happenings = new ArrayList<>();
  }

  /** How it stands at the end, whether or not that is new: what was served until then counts. */
  void close() {
    rows.add(now());
    happenings = new ArrayList<>();
  }

  private static boolean isSame(Row a, Row b) {
    return a.phase() == b.phase()
        && a.message().equals(b.message())
        && a.step() == b.step()
        && a.weightWanted() == b.weightWanted()
        && a.share() == b.share()
        && a.shares().equals(b.shares())
        && a.lost() == b.lost()
        && a.newest().equals(b.newest())
        && a.stable().equals(b.stable())
        && a.aborted() == b.aborted()
        && a.versions().equals(b.versions())
        && a.analyses().equals(b.analyses());
  }

  private Row now() {
    Rollout rollout = cluster.rollout();
    RolloutStatus status = rollout.statusOrEmpty();
    EffectiveRollout effective = EffectiveRollout.of(rollout.spec());
    int steps = effective.steps().size();
    int step = status.currentStepIndex() == null ? 0 : status.currentStepIndex();
    return new Row(
        Duration.ofMillis(time.now()),
        status.phase(),
        status.message(),
        step,
        steps,
        weightWanted(effective, status, step),
        cluster.traffic().share(status.currentPodHash()),
        cluster.traffic().sharesByVersion(),
        cluster.traffic().lost(),
        status.currentPodHash(),
        status.stableRS(),
        status.abort(),
        cluster.traffic().totals(),
        versions(rollout, status),
        analyses(),
        happenings);
  }

  static int weightWanted(EffectiveRollout effective, RolloutStatus status, int step) {
    if (effective.canary() == null) {
      return -1;
    }
    if (status.currentPodHash().equals(status.stableRS())
        || effective.steps().isEmpty()
        || step >= effective.steps().size()) {
      return effective.maxWeight();
    }
    if (status.abort()) {
      return 0;
    }
    for (int i = step; i >= 0; i--) {
      CanaryStep each = effective.steps().get(i);
      if (each.setWeight() != null) {
        return each.setWeight();
      }
    }
    return 0;
  }

  private List<Version> versions(Rollout rollout, RolloutStatus status) {
    List<ReplicaSet> sets = new ArrayList<>(cluster.replicaSets());
    sets.sort(Comparator.comparingLong(ReplicaSet::revision).reversed());
    List<Version> versions = new ArrayList<>();
    for (ReplicaSet set : sets) {
      if (set.replicas() == 0 && set.status().replicas() == 0) {
        continue;
      }
      String role =
          set.hash().equals(status.stableRS())
              ? "stable"
              : !set.hash().equals(status.currentPodHash())
                  ? "old"
                  : rollout.spec().strategy().blueGreen() != null ? "preview" : "canary";
      versions.add(
          new Version(
              set.hash(),
              cluster.image(set.hash()),
              set.revision(),
              role,
              set.replicas(),
              cluster.ready(set.hash()),
              set.available()));
    }
    return versions;
  }

  private List<Analysis> analyses() {
    List<Analysis> analyses = new ArrayList<>();
    for (AnalysisRun run : cluster.analysisRuns()) {
      analyses.add(
          new Analysis(
              run.metadata().name(),
              run.statusOrPending().phase().wireName(),
              run.statusOrPending().message()));
    }
    for (Experiment experiment : cluster.experiments()) {
      var phase = experiment.statusOrEmpty().phase();
      analyses.add(
          new Analysis(
              experiment.metadata().name(),
              phase == null ? "" : phase.wireName(),
              experiment.statusOrEmpty().message()));
    }
    return analyses;
  }
}
