package dev.rollouts.simulation;

/** How much of {@link Invariant} is checked after each decision. */
public enum Checks {
  /** Nothing; for measuring speed. */
  OFF,
  /**
   * All that is cheap after every decision; what takes further decisions or encodings after the
   * first ones and every sixty-fourth.
   */
  SAMPLED,
  /** Everything after every decision, and the status is written and read back between turns. */
  ALL
}
