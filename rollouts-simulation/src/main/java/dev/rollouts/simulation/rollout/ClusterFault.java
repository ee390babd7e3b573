package dev.rollouts.simulation.rollout;

/** What can go wrong around a decision about a rollout. */
public enum ClusterFault {
  /** The next change is not noticed until the same kind changes again, or the next resync. */
  LOST_WATCH_EVENT,
  /** A change is noticed again, though nothing changed. */
  REPEATED_WATCH_EVENT,
  /** For so many milliseconds the controller sees ReplicaSets, runs and objects as they were. */
  STALE_READ,
  /** For so many milliseconds the controller sees the rollout itself as it was. */
  STALE_ROLLOUT,
  /** The next write is refused: somebody else wrote in between. */
  CONFLICT,
  /** The next write is refused for another reason. */
  REFUSED,
  /** The next write succeeds, and the controller is told that it did not. */
  LOST_ANSWER,
  /** The controller dies after the next write, and is back after so many milliseconds. */
  RESTART,
  /**
   * Another controller takes over; the old one decides once more, so many milliseconds later, on
   * what it saw last.
   */
  LEADER_CHANGE,
  /** The clock is set by so many milliseconds, forwards or backwards. */
  CLOCK_STEP,
  /** A pod of the newest version is deleted. */
  POD_LOST,
  /** A pod of the stable version is deleted. */
  STABLE_POD_LOST,
  /** The node of that number is lost; its pods are replaced after five minutes. */
  NODE_LOST
}
