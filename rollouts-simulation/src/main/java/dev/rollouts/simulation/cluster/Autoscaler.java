package dev.rollouts.simulation.cluster;

import java.time.Duration;

/**
 * A HorizontalPodAutoscaler on the rollout: it looks every 15 seconds at the pods that {@code
 * status.selector} selects.
 *
 * @param targetUtilisation share of a pod's capacity that should be in use, from 0 to 1
 * @param scaleDownStabilisation how long it remembers the highest recommendation
 */
public record Autoscaler(
    int min, int max, double targetUtilisation, Duration scaleDownStabilisation) {
  /** An autoscaler with the usual five minutes of stabilisation. */
  public static Autoscaler between(int min, int max, double targetUtilisation) {
    return new Autoscaler(min, max, targetUtilisation, Duration.ofMinutes(5));
  }
}
