package dev.rollouts.api.rollout;

/**
 * A workload in the same namespace whose template the rollout takes over.
 *
 * @param apiVersion any version of the group
 * @param kind {@code Deployment}, {@code ReplicaSet} or {@code PodTemplate}
 * @param scaleDown {@code never}, {@code onsuccess} or {@code progressively}; anything else is
 *     never
 */
public record WorkloadRef(String apiVersion, String kind, String name, String scaleDown) {}
