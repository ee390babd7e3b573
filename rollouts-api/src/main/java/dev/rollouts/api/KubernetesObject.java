package dev.rollouts.api;

/** An object of the group {@code argoproj.io/v1alpha1}. Its implementations are records. */
public interface KubernetesObject {
  /** Group and version of every kind here. */
  String API_VERSION = "argoproj.io/v1alpha1";

  /** As in YAML: {@code AnalysisTemplate}. */
  String kind();

  ObjectMeta metadata();
}
