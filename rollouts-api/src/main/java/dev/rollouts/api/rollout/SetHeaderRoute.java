package dev.rollouts.api.rollout;

import java.util.List;

/**
 * Sends requests with certain headers to the canary.
 *
 * @param match empty removes the route
 */
public record SetHeaderRoute(String name, List<HeaderMatch> match) {
  public SetHeaderRoute {
    match = List.copyOf(match);
  }
}
