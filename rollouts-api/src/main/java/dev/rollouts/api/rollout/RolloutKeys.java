package dev.rollouts.api.rollout;

/**
 * Labels and annotations that rollouts and experiments put on objects. Spec:
 * docs/spec/rollout-api.md#labels.
 */
public final class RolloutKeys {
  /** Label: identity of a revision, on ReplicaSets, pods, selectors and subsets. */
  public static final String POD_TEMPLATE_HASH = "rollouts-pod-template-hash";

  /** Annotation: number of a revision, decimal. */
  public static final String REVISION = "rollout.argoproj.io/revision";

  /** Annotation on ReplicaSets: former revision numbers, joined by commas. */
  public static final String REVISION_HISTORY = "rollout.argoproj.io/revision-history";

  /** Annotation on ReplicaSets: {@code spec.replicas} of the rollout at the last scaling. */
  public static final String DESIRED_REPLICAS = "rollout.argoproj.io/desired-replicas";

  /** Annotation on ReplicaSets: the injected metadata as JSON. */
  public static final String EPHEMERAL_METADATA = "rollout.argoproj.io/ephemeral-metadata";

  /** Annotation on Rollouts: generation of the workload that {@code workloadRef} names. */
  public static final String WORKLOAD_GENERATION = "rollout.argoproj.io/workload-generation";

  /** Annotation on ReplicaSets: the moment after which it is scaled to 0. */
  public static final String SCALE_DOWN_DEADLINE = "scale-down-deadline";

  /** Annotation on Services and DestinationRules: name of the rollout that edits them. */
  public static final String MANAGED_BY = "argo-rollouts.argoproj.io/managed-by-rollouts";

  /** Label: which controller looks after the object. */
  public static final String INSTANCE_ID = "argo-rollouts.argoproj.io/controller-instance-id";

  /** Label on AnalysisRuns: why the run exists. */
  public static final String RUN_TYPE = "rollout-type";

  /** Label on AnalysisRuns: index of the analysis step. */
  public static final String STEP_INDEX = "step-index";

  /** Annotation on what belongs to an experiment: its name. */
  public static final String EXPERIMENT_NAME = "experiment.argoproj.io/name";

  /** Annotation on what belongs to an experiment: the name of its template. */
  public static final String EXPERIMENT_TEMPLATE = "experiment.argoproj.io/template-name";

  private RolloutKeys() {}
}
