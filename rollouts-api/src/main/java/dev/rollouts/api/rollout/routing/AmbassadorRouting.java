package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.Required;
import java.util.List;

/** Ambassador Mappings. */
public record AmbassadorRouting(@Required List<String> mappings) {
  public AmbassadorRouting {
    mappings = List.copyOf(mappings);
  }
}
