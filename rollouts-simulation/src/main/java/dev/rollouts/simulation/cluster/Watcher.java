package dev.rollouts.simulation.cluster;

/** Told of every change, at once. */
@FunctionalInterface
public interface Watcher {
  /**
   * Something changed.
   *
   * @param owner uid of the controller of the object; empty when it has none
   */
  void changed(Kind kind, String owner);
}
