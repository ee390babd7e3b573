package dev.rollouts.cli.migrate;

/** Who takes over. */
public enum Direction {
  /** From Argo Rollouts' controller to this project's. */
  HERE,
  /** From this project's controller to Argo Rollouts'. */
  BACK
}
