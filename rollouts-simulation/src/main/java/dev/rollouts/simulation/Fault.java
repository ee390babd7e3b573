package dev.rollouts.simulation;

/**
 * What can go wrong around a decision. Given to {@link Simulation#swarm}, each seed draws its own
 * selection of them with its own rates, so that rare combinations come up too.
 */
public enum Fault {
  /** A provider does not answer in time; the measurement is an Error. */
  PROVIDER_TIMEOUT,
  /**
   * The process dies: calls under way and answers not yet folded are lost, and some time passes
   * before the next turn.
   */
  CONTROLLER_RESTART,
  /** The process dies after performing effects and before its decision is saved. */
  LOST_STATUS_WRITE,
  /** An answer is delivered again, at once or minutes later. */
  DUPLICATE_OBSERVATION,
  /**
   * An answer arrives minutes after the call ended; also one from a process that has died since.
   */
  LATE_OBSERVATION,
  /** Answers of one turn come in another order. */
  REORDERED_OBSERVATIONS,
  /** A turn happens before it is due, as after an edit or a resync. */
  EARLY_WAKE_UP,
  /** A turn happens minutes after it is due. */
  LATE_WAKE_UP,
  /** The clock is set, forwards or backwards, by up to ten minutes. */
  CLOCK_STEP,
  /** Somebody sets {@code terminate} at some moment. */
  TERMINATION
}
