package dev.rollouts.api.rollout;

/**
 * How far back a rollback skips the steps.
 *
 * @param revisions width of the window in ReplicaSets; 0 means no window
 */
public record RollbackWindow(int revisions) {}
