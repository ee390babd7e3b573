package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies requests to the canary.
 *
 * @param match empty removes the route
 * @param percentage of the matching requests; null means 100
 */
public record SetMirrorRoute(
    @Required String name, List<MirrorMatch> match, @Nullable Integer percentage) {
  public SetMirrorRoute {
    match = List.copyOf(match);
  }
}
