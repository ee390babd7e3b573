package dev.rollouts.simulation.cluster;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rollout and what is around it at one moment, statuses included: what a simulation can go on
 * from. Templates are not in here, see {@link ClusterSettings#template}.
 *
 * @param replicaSets of the rollout and of its experiments; how many pods of each are ready and
 *     available is taken from their statuses
 * @param pods of these; they say how many there are, and since when. A ReplicaSet without any here
 *     has as many as its status says
 * @param objects Services, routers' objects, workloads
 */
public record ClusterState(
    Rollout rollout,
    List<ReplicaSet> replicaSets,
    List<Pod> pods,
    List<AnalysisRun> analysisRuns,
    List<Experiment> experiments,
    List<JsonObject> objects) {
  private static final Pattern SIMULATED = Pattern.compile("uid-[a-z]+-([0-9]{1,15})");

  public ClusterState {
    replicaSets = List.copyOf(replicaSets);
    pods = List.copyOf(pods);
    analysisRuns = List.copyOf(analysisRuns);
    experiments = List.copyOf(experiments);
    objects = List.copyOf(objects);
  }

  /** The highest number in a uid of a simulated cluster, so that none is given twice. */
  long highestUid() {
    List<ObjectMeta> all = new ArrayList<>();
    all.add(rollout.metadata());
    replicaSets.forEach(each -> all.add(each.metadata()));
    analysisRuns.forEach(each -> all.add(each.metadata()));
    experiments.forEach(each -> all.add(each.metadata()));
    objects.forEach(each -> all.add(ClusterObjects.metadata(each)));
    long highest = 0;
    for (ObjectMeta each : all) {
      Matcher simulated = SIMULATED.matcher(each.uid());
      highest =
          simulated.matches() ? Math.max(highest, Long.parseLong(simulated.group(1))) : highest;
    }
    return highest;
  }
}
