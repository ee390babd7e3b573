package dev.rollouts.engine.explain;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The objects beside the one that is explained, of any kind and namespace. Immutable.
 *
 * @param rollouts other rollouts, the explained one included or not
 * @param objects everything else, pods and Services among it, whole
 * @param complete whether what is not here does not exist, as when a cluster was asked; in files it
 *     may just have been left out, and nothing is concluded from that
 */
public record Neighbours(
    List<Rollout> rollouts,
    List<ReplicaSet> replicaSets,
    List<AnalysisRun> analysisRuns,
    List<Experiment> experiments,
    Map<TemplateRef, AnalysisTemplateSpec> templates,
    ClusterObjects objects,
    boolean complete) {
  private static final Neighbours NOTHING = ofFiles(List.of());

  public Neighbours {
    rollouts = List.copyOf(rollouts);
    replicaSets = List.copyOf(replicaSets);
    analysisRuns = List.copyOf(analysisRuns);
    experiments = List.copyOf(experiments);
    templates = Map.copyOf(templates);
  }

  /** Only the object itself. */
  public static Neighbours nothing() {
    return NOTHING;
  }

  /** Objects as files have them; read tolerantly. */
  public static Neighbours ofFiles(List<JsonObject> trees) {
    return read(trees, false);
  }

  /** Objects as a cluster has them, where an absent one does not exist; read tolerantly. */
  public static Neighbours ofCluster(List<JsonObject> trees) {
    return read(trees, true);
  }

  private static Neighbours read(List<JsonObject> trees, boolean complete) {
    List<Rollout> rollouts = new ArrayList<>();
    List<ReplicaSet> replicaSets = new ArrayList<>();
    List<AnalysisRun> runs = new ArrayList<>();
    List<Experiment> experiments = new ArrayList<>();
    Map<TemplateRef, AnalysisTemplateSpec> templates = new LinkedHashMap<>();
    List<JsonObject> others = new ArrayList<>();
    for (JsonObject tree : trees) {
      boolean ours = KubernetesObject.API_VERSION.equals(tree.at("apiVersion"));
      String kind = ObjectTrees.text(tree.at("kind"));
      if (kind.equals("ReplicaSet")) {
        replicaSets.add(ObjectTrees.replicaSet(tree));
      } else if (ours && kind.equals("Rollout")) {
        rollouts.add(decode(Rollout.class, tree));
      } else if (ours && kind.equals("AnalysisRun")) {
        runs.add(decode(AnalysisRun.class, tree));
      } else if (ours && kind.equals("Experiment")) {
        experiments.add(decode(Experiment.class, tree));
      } else if (ours && kind.equals("AnalysisTemplate")) {
        AnalysisTemplate template = decode(AnalysisTemplate.class, tree);
        templates.put(new TemplateRef(template.metadata().name(), false), template.spec());
      } else if (ours && kind.equals("ClusterAnalysisTemplate")) {
        ClusterAnalysisTemplate template = decode(ClusterAnalysisTemplate.class, tree);
        templates.put(new TemplateRef(template.metadata().name(), true), template.spec());
      } else {
        others.add(tree);
      }
    }
    return new Neighbours(
        rollouts, replicaSets, runs, experiments, templates, ClusterObjects.of(others), complete);
  }

  private static <R extends Record> R decode(Class<R> type, JsonObject tree) {
    Map<String, Object> content = new LinkedHashMap<>();
    tree.fields()
        .forEach(
            (key, value) -> {
              if (value != null && !key.equals("apiVersion") && !key.equals("kind")) {
                content.put(key, value);
              }
            });
    return Wire.decode(type, content).value();
  }

  /** The objects of a kind in a namespace, whatever their version; all where it is not known. */
  List<JsonObject> all(String kind, String namespace) {
    List<JsonObject> found = new ArrayList<>();
    objects
        .asMap()
        .forEach(
            (key, tree) -> {
              boolean here = namespace.isEmpty() || key.namespace().equals(namespace);
              if (key.kind().equals(kind) && here) {
                found.add(tree);
              }
            });
    return found;
  }
}
