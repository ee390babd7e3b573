package dev.rollouts.simulation.cluster;

/**
 * What one version gets and does at one moment.
 *
 * @param hash of the version; empty when there is none
 * @param share of all requests, from 0 to 1
 * @param requestsPerSecond that are sent to it
 * @param failureShare of these, from 0 to 1
 * @param utilisation share of its capacity that is asked for; more than 1 is overload
 * @param readyPods pods that can serve
 */
public record VersionTraffic(
    String hash,
    double share,
    double requestsPerSecond,
    double failureShare,
    double utilisation,
    int readyPods) {
  /** No version. */
  public static final VersionTraffic NONE = new VersionTraffic("", 0, 0, 0, 0, 0);
}
