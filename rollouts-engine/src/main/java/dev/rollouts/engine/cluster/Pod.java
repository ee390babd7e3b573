package dev.rollouts.engine.cluster;

import dev.rollouts.api.ObjectMeta;

/**
 * A pod as read.
 *
 * @param available whether it is ready, and has been for {@code minReadySeconds}
 */
public record Pod(ObjectMeta metadata, boolean available) {
  /** Name of the object. */
  public String name() {
    return metadata.name();
  }

  /** Whether it is being deleted. */
  public boolean isTerminating() {
    return metadata.deletionTimestamp() != null;
  }
}
