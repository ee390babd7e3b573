package dev.rollouts.simulation;

/**
 * What must hold after every decision about an analysis, whatever the template, the metrics and the
 * faults.
 */
public enum Invariant {
  DECIDING_TWICE_IS_EQUAL("the same four inputs give an equal decision"),
  NOTHING_NEW_CHANGES_NOTHING("deciding again with nothing new settles within a few turns"),
  OBSERVATIONS_COUNT_ONCE("an observation that is folded twice counts once"),
  ONE_ANSWER_ONE_MEASUREMENT("a metric's tally grows by one at most, and only with an answer"),
  COUNTERS_NEVER_FALL("tallies only grow, and results do not vanish"),
  COUNT_IS_THE_SUM("count = successful + failed + inconclusive"),
  STREAKS_FIT_THE_TALLIES("a streak is no longer than its tally and ends with the next outcome"),
  COMPLETED_IS_FINAL(
      "a completed run never changes, a completed metric keeps its phase and tallies"),
  NOTHING_ASKED_AFTER_THE_END("a completed run or metric asks no provider"),
  NOTHING_STARTED_WHEN_TERMINATING("a terminating run starts no measurement"),
  FINITE_EXIT("a run that is not completed waits for an answer or for a moment"),
  WAKE_UP_LIES_AHEAD("with nothing new, the wake-up lies after now"),
  WAKE_UP_IS_WORTH_IT("at the wake-up there is something to do"),
  NOT_TOO_SOON("a measurement starts no earlier than its delay or interval allows"),
  EFFECTS_HAVE_AN_IDENTITY("an effect names the one measurement that is next or in flight"),
  TIMES_IN_ORDER("starts come before ends, are kept, and are whole seconds"),
  PHASES_ARE_LEGAL("phases and times of runs and measurements fit together"),
  LIMITS_DECIDE("a metric's phase follows from its limits and tallies"),
  WORST_METRIC_DECIDES("a run is as bad as its worst metric, and done when all of them are"),
  NO_SUCCESS_BY_DEFAULT("errors alone never make a metric successful"),
  SUMMARY_ADDS_UP("summaries count the metrics of the spec by outcome"),
  RETENTION_IS_KEPT("no more measurements are kept than the rules allow"),
  STATUS_STAYS_SMALL("the status stays below 256 KiB"),
  STATUS_SURVIVES_A_RESTART("writing and reading back the status changes nothing"),
  CHANGES_HAVE_REASONS("a verdict comes with a reason"),
  FINISHES_IN_CALM("a run of finite length ends once the faults are over"),
  ENDS_WHEN_TOLD("a run that is told to stop ends within a few turns");

  private final String promise;

  Invariant(String promise) {
    this.promise = promise;
  }

  /** What holds, as a sentence without a full stop. */
  public String promise() {
    return promise;
  }
}
