package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.routing.IstioDestinationRule;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives back to its owner a DestinationRule whose rollout is gone (T-435). Pure and thread-safe.
 * Spec: docs/spec/traffic-routing.md#istio-clean-up.
 */
public final class IstioCleanUp {
  private IstioCleanUp() {}

  /** Name of the rollout that a DestinationRule says it belongs to; empty for none. */
  public static Optional<String> managedBy(JsonObject destinationRule) {
    return destinationRule.at("metadata", "annotations", RolloutKeys.MANAGED_BY)
            instanceof String rollout
        ? Optional.of(rollout)
        : Optional.empty();
  }

  /**
   * The DestinationRule without annotation and revisions; its subsets stay. As it was when it is
   * nobody's, when its rollout still uses it, and when it is malformed.
   *
   * @param rollout the one that {@link #managedBy} names; null when it does not exist
   */
  public static JsonObject cleanUp(JsonObject destinationRule, @Nullable Rollout rollout) {
    if (managedBy(destinationRule).isEmpty()
        || (rollout != null && uses(rollout, destinationRule))) {
      return destinationRule;
    }
    try {
      LiveNode live = LiveNode.of(ClusterObjects.keyOf(destinationRule), destinationRule);
      live = live.withoutAt("metadata", "annotations", RolloutKeys.MANAGED_BY);
      LiveNode spec = live.object("spec");
      if (spec.has("subsets")) {
        List<LiveNode> subsets = new ArrayList<>();
        for (LiveNode subset : spec.objects("subsets")) {
          subsets.add(subset.withoutAt("labels", RolloutKeys.POD_TEMPLATE_HASH));
        }
        live = live.with("spec", spec.with("subsets", subsets));
      }
      return live.tree();
    } catch (LiveObjectException malformed) {
      return destinationRule;
    }
  }

  private static boolean uses(Rollout rollout, JsonObject destinationRule) {
    IstioDestinationRule rule = IstioRouter.destinationRule(rollout);
    return rule != null
        && rule.name().equals(destinationRule.at("metadata", "name"))
        && rollout.metadata().namespace().equals(destinationRule.at("metadata", "namespace"));
  }
}
