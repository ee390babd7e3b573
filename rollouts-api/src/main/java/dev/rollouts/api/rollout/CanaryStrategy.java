package dev.rollouts.api.rollout;

import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.api.wire.IntOrString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A new version that gets its pods and traffic step by step. Spec: docs/spec/canary.md.
 *
 * @param trafficRouting null means that pod counts alone divide the traffic
 * @param maxUnavailable null means 25 %
 * @param maxSurge null means 25 %
 * @param scaleDownDelaySeconds null means 30 with traffic routing
 * @param abortScaleDownDelaySeconds null means 30 with traffic routing; 0 keeps the canary
 * @param minPodsPerReplicaSet smallest size of a ReplicaSet that has any; null means none
 */
public record CanaryStrategy(
    String canaryService,
    String stableService,
    List<CanaryStep> steps,
    @Nullable TrafficRouting trafficRouting,
    @Nullable IntOrString maxUnavailable,
    @Nullable IntOrString maxSurge,
    @Nullable BackgroundAnalysis analysis,
    @Nullable AntiAffinity antiAffinity,
    @Nullable PodTemplateMetadata canaryMetadata,
    @Nullable PodTemplateMetadata stableMetadata,
    @Nullable Integer scaleDownDelaySeconds,
    @Nullable Integer scaleDownDelayRevisionLimit,
    @Nullable Integer abortScaleDownDelaySeconds,
    boolean dynamicStableScale,
    @Nullable PingPong pingPong,
    @Nullable Integer minPodsPerReplicaSet,
    @Nullable ReplicaProgressThreshold replicaProgressThreshold) {
  public CanaryStrategy {
    steps = List.copyOf(steps);
  }
}
