package dev.rollouts.engine.rollout.replicas;

/**
 * Pods of a ReplicaSet.
 *
 * @param wanted {@code spec.replicas}
 * @param available of them, or of earlier ones
 */
public record Pods(int wanted, int available) {
  /** No pods. */
  public static final Pods NONE = new Pods(0, 0);
}
