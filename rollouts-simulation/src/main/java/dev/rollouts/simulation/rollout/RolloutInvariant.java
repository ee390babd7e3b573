package dev.rollouts.simulation.rollout;

/** What must hold after every decision about a rollout, whatever the rollout and the faults. */
public enum RolloutInvariant {
  DECIDING_TWICE_IS_EQUAL("the same inputs give an equal decision", "R-018, R-020"),
  NOTHING_NEW_SETTLES("deciding again with nothing new comes to rest", "R-020, R-524"),
  NO_HOT_LOOP("a controller decides no more than a few hundred times a minute", "R-521"),
  NO_FLAPPING("a Service is not pointed back and forth while nothing else changes", "R-141, R-144"),
  STATUS_SURVIVES_A_RESTART("writing and reading back the status changes nothing", "R-525"),
  STEP_INDEX_IN_RANGE(
      "the step index is from 0 to the number of steps, and 0 when aborted", "R-226"),
  STEPS_ADVANCE_BY_ONE("at most one step is completed per decision", "R-018, R-150"),
  WEIGHT_STEP_HAS_PODS("a setWeight step completes with its own pods available", "R-152, R-155"),
  PAUSE_IS_HONOURED("a pause ends when its time is over or somebody promotes", "R-156, R-205"),
  ANALYSIS_STEP_SUCCEEDED("an analysis step completes with a Successful run of its own", "R-157"),
  EXPERIMENT_STEP_SUCCEEDED(
      "an experiment step completes with a Successful experiment of its own", "R-158, R-373"),
  NO_STEP_WHILE_ABORTED_OR_PAUSED("no step completes while aborted or paused by hand", "R-150"),
  PROMOTED_WHEN_AVAILABLE(
      "a canary becomes stable when all of its pods are available", "R-190, R-191"),
  POST_PROMOTION_SUCCEEDED(
      "a blue-green update is promoted with a Successful post-promotion run", "R-190, R-351"),
  PRE_PROMOTION_SUCCEEDED(
      "the active Service is switched with a Successful pre-promotion run", "R-269, R-272"),
  PROMOTION_WAS_ASKED_FOR(
      "without auto-promotion the active Service is switched when somebody promotes", "R-270"),
  COMPLETED_IS_FINAL("a completed update never changes", "R-193"),
  WEIGHT_NOT_BEYOND_STEP("the canary gets no more than the current step says", "R-120, R-125"),
  WEIGHT_HAS_CAPACITY(
      "a version's share of the traffic is raised with the pods for it available", "R-125, R-127"),
  TRAFFIC_FINDS_PODS("traffic is not moved to a version without available pods", "R-120, R-142"),
  ABORTED_WEIGHT_FALLS("the weight of an aborted canary only falls", "R-230, R-231"),
  ABORTED_WEIGHT_ENDS_AT_ZERO("an aborted canary ends without traffic", "R-229 to R-231"),
  SERVICE_FINDS_PODS("a Service is pointed at a version with available pods", "R-142, R-272"),
  SURGE_IS_KEPT("without routing there are no more than N + maxSurge pods", "R-070, R-076"),
  AVAILABILITY_IS_KEPT(
      "scaling down leaves N - maxUnavailable pods available, as far as there are any",
      "R-078 to R-081, R-090"),
  CAPACITY_FOR_TRAFFIC_IS_KEPT(
      "scaling down leaves the pods that the version's share of the traffic needs", "R-105, R-286"),
  STABLE_KEEPS_ITS_SIZE(
      "with routing or blue-green the stable version keeps N pods", "R-103, R-263"),
  DELAY_IS_KEPT("a version is not scaled to 0 before its deadline", "R-230, R-282"),
  FINITE_EXIT(
      "a state that is not paused ends by a wake-up or by something that is expected", "R-523"),
  WAKE_UP_LIES_AHEAD("with nothing to do, the wake-up lies after now", "R-523"),
  EFFECTS_ON_OWN_OBJECTS("nothing that is not the rollout's is written", "R-006, R-343, T-007"),
  HASHES_ARE_UNIQUE("no two ReplicaSets of a rollout have the same hash or name", "R-034, R-035"),
  ONE_RUN_AT_A_TIME("no run is made beside an unfinished one for the same purpose", "R-340, R-344"),
  SPEC_IS_THE_USERS("the spec is not written, but for replicas that are not set", "R-011"),
  PHASE_FITS("the phase follows from conditions, pauses and counts", "R-228, R-463"),
  PAUSE_START_IS_KEPT("a pause keeps its start for as long as it lasts", "R-209"),
  CONDITIONS_ARE_ORDERLY(
      "each condition is there once, and keeps its transition time with its status", "R-470"),
  CHANGES_HAVE_REASONS("a step, an abort or a promotion comes with a reason", "R-190, R-227"),
  ENDS_SOMEWHERE("when nothing more happens the rollout is Healthy, Paused or Degraded", "R-385");

  private final String promise;
  private final String rules;

  RolloutInvariant(String promise, String rules) {
    this.promise = promise;
    this.rules = rules;
  }

  /** What holds, as a sentence without a full stop. */
  public String promise() {
    return promise;
  }

  /** Ids of the rules that it stands for. */
  public String rules() {
    return rules;
  }
}
