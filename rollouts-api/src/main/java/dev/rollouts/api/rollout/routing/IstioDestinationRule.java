package dev.rollouts.api.rollout.routing;

import dev.rollouts.api.wire.Required;
import java.util.List;

/** A DestinationRule whose subsets are labelled with hashes. */
public record IstioDestinationRule(
    @Required String name,
    @Required String canarySubsetName,
    @Required String stableSubsetName,
    List<String> additionalSubsetNames) {
  public IstioDestinationRule {
    additionalSubsetNames = List.copyOf(additionalSubsetNames);
  }
}
