package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;

/**
 * A version and its share of the traffic.
 *
 * @param weight 0 to 100 or to {@code maxTrafficWeight}
 */
public record WeightDestination(@Required int weight, String serviceName, String podTemplateHash) {}
