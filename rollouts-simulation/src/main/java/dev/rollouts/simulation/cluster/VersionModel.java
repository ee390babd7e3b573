package dev.rollouts.simulation.cluster;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the pods of one version behave. Shares are from 0 to 1.
 *
 * @param readyMin least time from creation to ready
 * @param readyMax most time from creation to ready
 * @param gate time that readiness gates add, such as the registration with a load balancer
 * @param neverReady share of the pods that never become ready
 * @param crashing share of the pods that stop being ready some time after they were
 * @param crashAfter the longest time that a crashing pod is ready
 * @param recoversAfter when a crashed pod is ready again; null means never
 * @param termination how long a deleted pod stays around, without traffic
 * @param capacity requests per second that one pod can serve
 * @param errorRates share of the served requests that fail all the same, by the percentage of all
 *     requests from which it holds; empty for none
 */
public record VersionModel(
    Duration readyMin,
    Duration readyMax,
    Duration gate,
    double neverReady,
    double crashing,
    Duration crashAfter,
    @Nullable Duration recoversAfter,
    Duration termination,
    double capacity,
    NavigableMap<Double, Double> errorRates) {
  public VersionModel {
    errorRates = Collections.unmodifiableNavigableMap(new TreeMap<>(errorRates));
  }

  private static final VersionModel HEALTHY =
      new VersionModel(
          Duration.ofSeconds(3),
          Duration.ofSeconds(12),
          Duration.ZERO,
          0,
          0,
          Duration.ofMinutes(2),
          null,
          Duration.ofSeconds(5),
          Double.MAX_VALUE,
          new TreeMap<>());

  /** Ready within 3 to 12 seconds, never crashing, with capacity for anything. */
  public static VersionModel healthy() {
    return HEALTHY;
  }

  /** The same version with another time to ready. */
  public VersionModel readyIn(Duration min, Duration max) {
    return new VersionModel(
        min,
        max,
        gate,
        neverReady,
        crashing,
        crashAfter,
        recoversAfter,
        termination,
        capacity,
        errorRates);
  }

  /** The same version with readiness gates that take so long. */
  public VersionModel gatedFor(Duration span) {
    return new VersionModel(
        readyMin,
        readyMax,
        span,
        neverReady,
        crashing,
        crashAfter,
        recoversAfter,
        termination,
        capacity,
        errorRates);
  }

  /** The same version, a share of whose pods never become ready. */
  public VersionModel neverReady(double share) {
    return new VersionModel(
        readyMin,
        readyMax,
        gate,
        share,
        crashing,
        crashAfter,
        recoversAfter,
        termination,
        capacity,
        errorRates);
  }

  /**
   * The same version, a share of whose pods crash.
   *
   * @param within the longest time that they are ready
   * @param recovers when they are ready again; null means never
   */
  public VersionModel crashing(double share, Duration within, @Nullable Duration recovers) {
    return new VersionModel(
        readyMin,
        readyMax,
        gate,
        neverReady,
        share,
        within,
        recovers,
        termination,
        capacity,
        errorRates);
  }

  /** The same version with pods that take so long to go. */
  public VersionModel terminatingIn(Duration span) {
    return new VersionModel(
        readyMin,
        readyMax,
        gate,
        neverReady,
        crashing,
        crashAfter,
        recoversAfter,
        span,
        capacity,
        errorRates);
  }

  /** The same version whose pods serve so many requests per second each. */
  public VersionModel serving(double requestsPerSecond) {
    return new VersionModel(
        readyMin,
        readyMax,
        gate,
        neverReady,
        crashing,
        crashAfter,
        recoversAfter,
        termination,
        requestsPerSecond,
        errorRates);
  }

  /** The same version, failing a share of the requests that it serves. */
  public VersionModel failing(double share) {
    return failing(Map.of(0.0, share));
  }

  /**
   * The same version, failing a share of the requests that it serves.
   *
   * @param byWeight shares from 0 to 1 by the percentage of all requests from which they hold
   */
  public VersionModel failing(Map<Double, Double> byWeight) {
    return new VersionModel(
        readyMin,
        readyMax,
        gate,
        neverReady,
        crashing,
        crashAfter,
        recoversAfter,
        termination,
        capacity,
        new TreeMap<>(byWeight));
  }

  /**
   * Share of the served requests that fail.
   *
   * @param share of all requests that the version gets, from 0 to 1
   */
  double errorRate(double share) {
    if (errorRates.isEmpty()) {
      return 0;
    }
    Map.Entry<Double, Double> below = errorRates.floorEntry(share * 100 + 1e-6);
    return below == null ? 0 : below.getValue();
  }
}
