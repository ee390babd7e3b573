package dev.rollouts.controller;

import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.engine.traffic.RouterSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the operator says.
 *
 * @param controllerNamespace where the controller lives: its Lease, credentials of providers
 * @param watchedNamespace the only namespace that is looked at; empty for all
 * @param instanceId only objects with this label value are looked at; empty for those without the
 *     label
 * @param analysisOnly whether only AnalysisRuns are looked after
 * @param resync after how long everything is looked at again; 0 for never
 * @param threads how many objects are looked after at the same time
 * @param callsPerProvider how many measurements of one provider are taken at the same time
 * @param qps requests to the API server per second in the long run, without watches, Leases and
 *     events; 0 for no limit
 * @param burst how many of these may come at once
 * @param healthPort where {@code /healthz} and {@code /readyz} answer; 0 for any, negative for none
 * @param metricsPort where {@code /metrics} answers; 0 for any, negative for none
 * @param leaderElection empty to start at once
 * @param routers of traffic
 * @param providers of metrics
 * @param pluginFolder with jars of plugins
 */
public record Settings(
    String controllerNamespace,
    String watchedNamespace,
    String instanceId,
    boolean analysisOnly,
    Duration resync,
    int threads,
    int callsPerProvider,
    double qps,
    int burst,
    int healthPort,
    int metricsPort,
    Optional<LeaderElection> leaderElection,
    RouterSettings routers,
    ProviderSettings providers,
    Optional<Path> pluginFolder) {

  /** How several processes agree on who acts. Durations as in {@code client-go}. */
  public record LeaderElection(
      String identity, Duration leaseDuration, Duration renewDeadline, Duration retryPeriod) {}

  /** Name of the Lease (O-030). */
  public String leaseName() {
    String name = "argo-rollouts-controller-lock";
    return instanceId.isEmpty() ? name : name + "-" + instanceId;
  }

  /** Label selector of the objects that are looked at (O-040). */
  public String selector() {
    String label = dev.rollouts.api.rollout.RolloutKeys.INSTANCE_ID;
    return instanceId.isEmpty() ? "!" + label : label + "=" + instanceId;
  }
}
