package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.Required;
import java.util.List;

/**
 * An ApisixRoute.
 *
 * @param rules empty means the rule named like the route
 */
public record ApisixRoute(@Required String name, List<String> rules) {
  public ApisixRoute {
    rules = List.copyOf(rules);
  }
}
