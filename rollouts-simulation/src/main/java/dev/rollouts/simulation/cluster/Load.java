package dev.rollouts.simulation.cluster;

/** What the users ask for: requests per second by the milliseconds since the start. Pure. */
@FunctionalInterface
public interface Load {
  /** Requests per second at that moment; zero or more. */
  double at(long millis);

  /** The same at all times. */
  static Load constant(double requestsPerSecond) {
    return millis -> requestsPerSecond;
  }
}
