package dev.rollouts.controller.faults;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a rollout has around it in the end, comparable between two lives of one scenario.
 *
 * @param revisions wanted replicas of every ReplicaSet by revision
 * @param runs phase by name of every AnalysisRun
 * @param experiments phase by name
 * @param routers what routers' objects say about traffic
 * @param problems what should not be: orphans, twins, Jobs that nobody measured
 */
record Surroundings(
    Map<String, String> revisions,
    Map<String, String> runs,
    Map<String, String> experiments,
    Set<String> routers,
    Set<String> problems) {

  static Surroundings of(LiveCluster cluster) {
    Map<String, String> revisions = new TreeMap<>();
    Set<String> problems = new TreeSet<>();
    cluster
        .replicaSets()
        .forEach(
            set -> {
              String before =
                  revisions.put(
                      set.revision() + " " + Ending.image(set), Integer.toString(set.replicas()));
              if (before != null) {
                problems.add("two ReplicaSets of revision " + set.revision());
              }
            });
    Map<String, String> runs = new TreeMap<>();
    List<AnalysisRun> analyses = cluster.analysisRuns();
    analyses.forEach(run -> runs.put(run.metadata().name(), phase(run)));
    Map<String, String> experiments = new TreeMap<>();
    for (JsonObject each : cluster.list("Experiment")) {
      experiments.put(
          ClusterObjects.metadata(each).name(), String.valueOf(each.at("status", "phase")));
    }
    Set<String> routers = new TreeSet<>();
    for (JsonObject each : cluster.list("VirtualService")) {
      routers.add(String.valueOf(each.at("spec", "http")));
    }
    for (JsonObject each : cluster.list("Ingress")) {
      ObjectMeta meta = ClusterObjects.metadata(each);
      routers.add(meta.name() + " " + new TreeMap<>(meta.annotations()));
    }
    problems.addAll(orphans(cluster));
    problems.addAll(strayJobs(cluster, analyses));
    return new Surroundings(revisions, runs, experiments, routers, problems);
  }

  /** The same with revisions counted from 1 without gaps, in their order; in names as well. */
  Surroundings ranked() {
    Map<Long, String> inOrder = new TreeMap<>();
    revisions.forEach(
        (key, replicas) -> {
          int space = key.indexOf(' ');
          inOrder.put(
              Long.parseLong(key.substring(0, space)), key.substring(space) + "=" + replicas);
        });
    List<Long> order = List.copyOf(inOrder.keySet());
    Map<String, String> ranks = new TreeMap<>();
    inOrder.forEach((revision, set) -> ranks.put("#" + order.indexOf(revision), set));
    return new Surroundings(
        ranks, ranked(runs, order), ranked(experiments, order), routers, problems);
  }

  private static Map<String, String> ranked(Map<String, String> named, List<Long> order) {
    Map<String, String> ranked = new TreeMap<>();
    named.forEach(
        (name, phase) -> {
          Matcher revision = Pattern.compile("-(\\d+)(?=-|$)").matcher(name);
          ranked.put(
              revision.replaceFirst(it -> "-#" + order.indexOf(Long.parseLong(it.group(1)))),
              phase);
        });
    return ranked;
  }

  /** A run that is stopped is successful or not, as it happens to have measured or not. */
  private static String phase(AnalysisRun run) {
    AnalysisPhase phase = run.statusOrPending().phase();
    boolean stopped = run.spec().terminate() && phase == AnalysisPhase.INCONCLUSIVE;
    return stopped ? AnalysisPhase.SUCCESSFUL.wireName() : phase.wireName();
  }

  private static List<String> orphans(LiveCluster cluster) {
    List<JsonObject> ours = new ArrayList<>();
    Set<String> uids = new HashSet<>();
    for (String kind : List.of("Rollout", "ReplicaSet", "Experiment", "AnalysisRun", "Job")) {
      for (JsonObject each : cluster.list(kind)) {
        uids.add(ClusterObjects.metadata(each).uid());
        boolean deployments =
            kind.equals("ReplicaSet")
                && !ClusterObjects.metadata(each)
                    .labels()
                    .containsKey(RolloutKeys.POD_TEMPLATE_HASH);
        if (!kind.equals("Rollout") && !deployments) {
          ours.add(each);
        }
      }
    }
    return ours.stream()
        .map(each -> ClusterObjects.metadata(each))
        .filter(meta -> !uids.contains(meta.controllerUid()))
        .map(meta -> "nobody owns " + meta.name())
        .toList();
  }

  /** Jobs by run, more of them than the run has measured. */
  private static List<String> strayJobs(LiveCluster cluster, List<AnalysisRun> runs) {
    List<String> problems = new ArrayList<>();
    for (AnalysisRun run : runs) {
      long jobs =
          cluster.list("Job").stream()
              .filter(
                  job -> ClusterObjects.metadata(job).controllerUid().equals(run.metadata().uid()))
              .count();
      long measured =
          run.statusOrPending().metricResults().stream()
              .mapToLong(each -> each.measurements().size())
              .sum();
      if (jobs > measured) {
        problems.add(
            "%s has %d Jobs for %d measurements".formatted(run.metadata().name(), jobs, measured));
      }
    }
    return problems;
  }
}
