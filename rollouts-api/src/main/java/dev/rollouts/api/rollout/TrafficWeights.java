package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the routers send where.
 *
 * @param verified null where nothing can be verified
 */
public record TrafficWeights(
    @Required WeightDestination canary,
    @Required WeightDestination stable,
    List<WeightDestination> additional,
    @Nullable Boolean verified) {
  public TrafficWeights {
    additional = List.copyOf(additional);
  }
}
