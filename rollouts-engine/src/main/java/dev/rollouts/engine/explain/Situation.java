package dev.rollouts.engine.explain;

import java.util.Locale;

/**
 * Where a Rollout or an Experiment can stand, as programs may rely on it: {@link #id()} never
 * changes its meaning. New situations may be added.
 */
public enum Situation {
  // --- nobody has acted yet ---
  /** No controller has looked at it. */
  NOT_OBSERVED,
  /** Its status does not say what was looked at, as fields of it are malformed. */
  STATUS_MALFORMED,
  /** The spec was changed and no controller has looked at it since. */
  SPEC_NOT_OBSERVED,
  /** The workload of {@code workloadRef} was changed and no controller has looked at it since. */
  WORKLOAD_NOT_OBSERVED,
  /** It is being deleted. */
  BEING_DELETED,
  /** Somebody ended a pause; the controller has not gone on yet. */
  RESUME_PENDING,
  /** Somebody asked for an abort; the controller has not aborted yet. */
  ABORT_PENDING,
  /** Somebody asked for another try after an abort; the controller has not begun yet. */
  RETRY_PENDING,
  /** A moment has passed at which the controller should have acted. */
  CONTROLLER_NOT_ACTING,

  // --- the spec, or what it refers to, cannot be used ---
  INVALID_SPEC,
  SELECTOR_MISMATCH,
  SERVICE_MISSING,
  SERVICE_MANAGED_BY_ANOTHER,
  SERVICE_SELECTOR_MISMATCH,
  INGRESS_MISSING,
  INGRESS_UNUSABLE,
  VIRTUAL_SERVICE_MISSING,
  VIRTUAL_SERVICE_UNUSABLE,
  ROUTER_OBJECT_MISSING,
  ANALYSIS_TEMPLATE_MISSING,
  ANALYSIS_TEMPLATE_UNUSABLE,
  ARGUMENT_UNRESOLVED,
  WORKLOAD_MISSING,

  // --- aborted ---
  ABORTED_BY_USER,
  ABORTED_BY_STEP_ANALYSIS,
  ABORTED_BY_BACKGROUND_ANALYSIS,
  ABORTED_BY_PRE_PROMOTION_ANALYSIS,
  ABORTED_BY_POST_PROMOTION_ANALYSIS,
  ABORTED_BY_EXPERIMENT,
  ABORTED_BY_STEP_PLUGIN,
  ABORTED_BY_PROGRESS_DEADLINE,
  /** Aborted, and the status does not say by what. */
  ABORTED,

  // --- paused ---
  PAUSED_BY_USER,
  PAUSE_STEP,
  TIMED_PAUSE_STEP,
  BLUE_GREEN_PAUSE,
  BLUE_GREEN_TIMED_PAUSE,
  INCONCLUSIVE_ANALYSIS,
  INCONCLUSIVE_EXPERIMENT,

  // --- pods ---
  QUOTA_EXCEEDED,
  PODS_REFUSED,
  REPLICA_SET_REFUSED,
  IMAGE_PULL_ERROR,
  CRASH_LOOP,
  OUT_OF_MEMORY,
  CONTAINER_CONFIG_ERROR,
  INIT_CONTAINER,
  CONTAINER_CREATING,
  UNSCHEDULABLE,
  POD_FAILED,
  READINESS_GATE,
  READINESS_PROBE,
  MIN_READY_SECONDS,
  WAITING_FOR_CANARY_PODS,
  WAITING_FOR_CANARY_SCALE,
  WAITING_FOR_PREVIEW_PODS,
  WAITING_FOR_FIRST_PODS,
  STABLE_NOT_AVAILABLE,
  OLD_PODS_TERMINATING,
  SUPERSEDED_PODS_TERMINATING,
  PROGRESS_DEADLINE_EXCEEDED,

  // --- canary steps ---
  STEP_ANALYSIS_NOT_STARTED,
  STEP_ANALYSIS_RUNNING,
  STEP_ANALYSIS_ERRORING,
  STEP_ANALYSIS_WITHOUT_DATA,
  STEP_ANALYSIS_ENDLESS,
  EXPERIMENT_STEP_NOT_STARTED,
  EXPERIMENT_STEP_RUNNING,
  EXPERIMENT_STEP_PODS,
  STEP_PLUGIN_RUNNING,
  STEP_PLUGIN_ERROR,
  TRAFFIC_ROUTING_ERROR,
  WEIGHT_NOT_VERIFIED,
  WAITING_FOR_ROUTES,
  FULL_PROMOTION,
  ROLLBACK_WITHIN_WINDOW,

  // --- blue-green ---
  PRE_PROMOTION_ANALYSIS_RUNNING,
  POST_PROMOTION_ANALYSIS_RUNNING,
  ACTIVE_SERVICE_SWITCH,
  POST_PROMOTION,

  // --- after the update ---
  ROLLBACK_TO_STABLE,
  TRAFFIC_RETURNING,
  SCALE_DOWN_DELAY,
  RESTART_SCHEDULED,
  RESTARTING,
  RESTART_BLOCKED,
  WORKLOAD_STILL_RUNNING,
  AUTOSCALER_AT_LIMIT,
  /** The next decision changes something; nothing has to happen before. */
  MOVING,
  HEALTHY,

  // --- experiments ---
  EXPERIMENT_NOT_OBSERVED,
  EXPERIMENT_STATUS_MALFORMED,
  EXPERIMENT_INVALID,
  EXPERIMENT_STARTING,
  EXPERIMENT_TEMPLATE_PODS,
  EXPERIMENT_RUNNING,
  EXPERIMENT_AWAITS_ANALYSIS,
  EXPERIMENT_ENDLESS,
  EXPERIMENT_TERMINATING,
  EXPERIMENT_TERMINATED,
  EXPERIMENT_SUCCESSFUL,
  EXPERIMENT_TEMPLATE_NEVER_AVAILABLE,
  EXPERIMENT_TEMPLATE_ERROR,
  EXPERIMENT_ANALYSIS_FAILED,
  EXPERIMENT_INCONCLUSIVE;

  /** The name in kebab case, such as {@code timed-pause-step}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
