package dev.rollouts.cli.kube;

import java.util.List;
import java.util.Optional;

/**
 * A kind as the API server has it, so that nobody needs to ask it for its kinds.
 *
 * @param group empty for the core
 * @param plural as in the path
 * @param singular as in messages
 * @param namespaced whether its objects live in namespaces
 */
public record Resource(
    String group, String version, String plural, String singular, String kind, boolean namespaced) {
  private static final String ARGO = "argoproj.io";

  public static final Resource ROLLOUTS = argo("rollouts", "rollout", "Rollout");
  public static final Resource EXPERIMENTS = argo("experiments", "experiment", "Experiment");
  public static final Resource ANALYSIS_RUNS = argo("analysisruns", "analysisrun", "AnalysisRun");
  public static final Resource ANALYSIS_TEMPLATES =
      argo("analysistemplates", "analysistemplate", "AnalysisTemplate");
  public static final Resource CLUSTER_ANALYSIS_TEMPLATES =
      new Resource(
          ARGO,
          "v1alpha1",
          "clusteranalysistemplates",
          "clusteranalysistemplate",
          "ClusterAnalysisTemplate",
          false);
  public static final Resource REPLICA_SETS = apps("replicasets", "replicaset", "ReplicaSet");
  public static final Resource DEPLOYMENTS = apps("deployments", "deployment", "Deployment");
  public static final Resource PODS = core("pods", "pod", "Pod");
  public static final Resource POD_TEMPLATES = core("podtemplates", "podtemplate", "PodTemplate");
  public static final Resource SERVICES = core("services", "service", "Service");

  private static final List<Resource> OURS =
      List.of(ROLLOUTS, EXPERIMENTS, ANALYSIS_RUNS, ANALYSIS_TEMPLATES, CLUSTER_ANALYSIS_TEMPLATES);

  public static final Resource SECRETS = core("secrets", "secret", "Secret");

  /**
   * A kind of which only this is known, whose objects live in namespaces. Plurals are those of
   * English, as Kubernetes and the routers have them.
   *
   * @param apiVersion such as {@code networking.istio.io/v1}
   */
  public static Resource of(String apiVersion, String kind) {
    int slash = apiVersion.indexOf('/');
    String singular = kind.toLowerCase(java.util.Locale.ROOT);
    String plural =
        singular.endsWith("s") || singular.endsWith("x")
            ? singular + "es"
            : singular.endsWith("y") && !singular.matches(".*[aeiou]y")
                ? singular.substring(0, singular.length() - 1) + "ies"
                : singular + "s";
    return new Resource(
        slash < 0 ? "" : apiVersion.substring(0, slash),
        apiVersion.substring(slash + 1),
        plural,
        singular,
        kind,
        true);
  }

  private static Resource argo(String plural, String singular, String kind) {
    return new Resource(ARGO, "v1alpha1", plural, singular, kind, true);
  }

  private static Resource apps(String plural, String singular, String kind) {
    return new Resource("apps", "v1", plural, singular, kind, true);
  }

  private static Resource core(String plural, String singular, String kind) {
    return new Resource("", "v1", plural, singular, kind, true);
  }

  /** The kind of {@code argoproj.io} with this name, if it is one of the five. */
  public static Optional<Resource> ofOurs(String kind) {
    return OURS.stream().filter(each -> each.kind.equals(kind)).findFirst();
  }

  /** As objects spell it: {@code apps/v1}, {@code v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** {@code rollouts.argoproj.io}, {@code pods}: how the API server calls it in messages. */
  public String pluralName() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** {@code rollout.argoproj.io}, {@code pod}. */
  public String singularName() {
    return group.isEmpty() ? singular : singular + "." + group;
  }

  /**
   * The path of all objects of a namespace.
   *
   * @param namespace empty for all namespaces
   */
  String path(String namespace) {
    String root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    return namespaced && !namespace.isEmpty()
        ? root + "/namespaces/" + Urls.segment(namespace) + "/" + plural
        : root + "/" + plural;
  }
}
