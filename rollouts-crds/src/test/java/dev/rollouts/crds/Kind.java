package dev.rollouts.crds;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What a definition says of a kind beside its schema. */
enum Kind {
  ROLLOUT(Rollout.class, "ro", "Namespaced"),
  EXPERIMENT(Experiment.class, "exp", "Namespaced"),
  ANALYSIS_RUN(AnalysisRun.class, "ar", "Namespaced"),
  ANALYSIS_TEMPLATE(AnalysisTemplate.class, "at", "Namespaced"),
  CLUSTER_ANALYSIS_TEMPLATE(ClusterAnalysisTemplate.class, "cat", "Cluster");

  final Class<? extends KubernetesObject> type;
  final String shortName;
  final String scope;

  Kind(Class<? extends KubernetesObject> type, String shortName, String scope) {
    this.type = type;
    this.shortName = shortName;
    this.scope = scope;
  }

  String kind() {
    return type.getSimpleName();
  }

  String singular() {
    return kind().toLowerCase(Locale.ROOT);
  }

  String plural() {
    return singular() + "s";
  }

  String crdName() {
    return plural() + ".argoproj.io";
  }

  /** Only a Rollout's status and scale can be written apart. */
  Map<String, Object> subresources() {
    return this == ROLLOUT
        ? Trees.object(
            "status",
            Map.of(),
            "scale",
            Trees.object(
                "specReplicasPath", ".spec.replicas",
                "statusReplicasPath", ".status.HPAReplicas",
                "labelSelectorPath", ".status.selector"))
        : Map.of();
  }

  /** What {@code kubectl get} shows after the name. */
  List<Map<String, Object>> columns() {
    Stream<Map<String, Object>> own =
        switch (this) {
          case ROLLOUT ->
              Stream.of(
                  column("Desired", "integer", ".spec.replicas"),
                  column("Current", "integer", ".status.replicas"),
                  column("Up-to-date", "integer", ".status.updatedReplicas"),
                  column("Available", "integer", ".status.availableReplicas"));
          case EXPERIMENT, ANALYSIS_RUN -> Stream.of(column("Status", "string", ".status.phase"));
          case ANALYSIS_TEMPLATE, CLUSTER_ANALYSIS_TEMPLATE -> Stream.of();
        };
    return Stream.concat(own, Stream.of(column("Age", "date", ".metadata.creationTimestamp")))
        .toList();
  }

  private static Map<String, Object> column(String name, String type, String path) {
    return Trees.object("name", name, "type", type, "jsonPath", path);
  }
}
