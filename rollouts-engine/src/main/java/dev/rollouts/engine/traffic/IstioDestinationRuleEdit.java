package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.rollout.routing.IstioDestinationRule;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Points the subsets of a DestinationRule at revisions (T-432 to T-434). */
final class IstioDestinationRuleEdit {
  private static final String LABELS = "labels";

  private final IstioDestinationRule rule;
  private final RoutingRequest request;
  private final Map<String, String> hashes = new HashMap<>();

  IstioDestinationRuleEdit(IstioDestinationRule rule, RoutingRequest request) {
    this.rule = rule;
    this.request = request;
    request.additional().forEach(each -> hashes.put(each.serviceName(), each.podTemplateHash()));
    hashes.put(rule.canarySubsetName(), request.canaryHash());
    hashes.put(rule.stableSubsetName(), request.stableHash());
  }

  /** Key of the DestinationRule. */
  static ObjectKey key(IstioDestinationRule rule, String namespace, RouterSettings settings) {
    return new ObjectKey(
        "networking.istio.io/" + settings.istioApiVersion(),
        "DestinationRule",
        namespace,
        rule.name());
  }

  /** The write that is needed and its event; none when every subset is as wanted. */
  List<ClusterEffect> plan(LiveNode live) throws LiveObjectException {
    LiveNode spec = live.object("spec");
    List<LiveNode> subsets = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (LiveNode subset : spec.objects("subsets")) {
      String name = subset.text("name");
      if (hashes.containsKey(name)) {
        subsets.add(pointed(subset, hashes.getOrDefault(name, "")));
      } else if (!isLeftByExperiment(subset, name)) {
        subsets.add(subset);
      }
      names.add(name);
    }
    for (String required : List.of(rule.canarySubsetName(), rule.stableSubsetName())) {
      if (!names.contains(required)) {
        throw spec.problem("subsets", "has no subset '" + required + "'");
      }
    }
    for (WeightDestination each : request.additional()) {
      if (!names.contains(each.serviceName())) {
        LiveNode added = spec.detached(Map.of("name", each.serviceName()));
        subsets.add(pointed(added, each.podTemplateHash()));
      }
    }
    return live.with("spec", spec.with("subsets", subsets))
        .withAt(
            request.rollout().metadata().name(), "metadata", "annotations", RolloutKeys.MANAGED_BY)
        .update(
            live.tree(),
            Event.normal(
                "UpdatedDestinationRule",
                "DestinationRule %s subset updated (%s: %s, %s: %s)"
                    .formatted(
                        rule.name(),
                        rule.canarySubsetName(),
                        request.canaryHash(),
                        rule.stableSubsetName(),
                        request.stableHash())));
  }

  private static LiveNode pointed(LiveNode subset, String hash) throws LiveObjectException {
    return hash.isEmpty()
        ? subset.withoutAt(LABELS, RolloutKeys.POD_TEMPLATE_HASH)
        : subset.withAt(hash, LABELS, RolloutKeys.POD_TEMPLATE_HASH);
  }

  /**
   * Whether a subset is one of those that are made for experiments: it says nothing but a name and
   * a revision, and is not declared to be somebody's.
   */
  private boolean isLeftByExperiment(LiveNode subset, String name) throws LiveObjectException {
    return subset.fields().size() == 2
        && subset.object(LABELS).fields().keySet().equals(Set.of(RolloutKeys.POD_TEMPLATE_HASH))
        && !rule.additionalSubsetNames().contains(name);
  }

  /** Whether the stable subset already points at the wanted revision. */
  boolean isStableInPlace(LiveNode live) throws LiveObjectException {
    for (LiveNode subset : live.object("spec").objects("subsets")) {
      if (subset.text("name").equals(rule.stableSubsetName())) {
        return request
            .stableHash()
            .equals(subset.object(LABELS).text(RolloutKeys.POD_TEMPLATE_HASH));
      }
    }
    return false;
  }
}
