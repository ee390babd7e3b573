package dev.rollouts.controller.faults;

import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.simulation.rollout.RolloutTrace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a rollout got to, in the simulation or on a cluster, with images for versions.
 *
 * @param message up to its first colon
 * @param sizes wanted and available replicas by image; only versions with any
 * @param services image by Service that has a hash in its selector
 */
record Ending(
    @Nullable RolloutPhase phase,
    String message,
    @Nullable Integer step,
    boolean abort,
    List<String> pauses,
    int canaryWeight,
    String stable,
    String newest,
    Map<String, String> sizes,
    Map<String, String> services) {

  static Ending of(RolloutTrace trace) {
    return of(trace.rollout(), trace.replicaSets(), trace.end().services());
  }

  static Ending of(LiveCluster cluster) {
    Map<String, String> services = new LinkedHashMap<>();
    for (JsonObject service : cluster.list("Service")) {
      if (service.at("spec", "selector", RolloutKeys.POD_TEMPLATE_HASH) instanceof String hash) {
        services.put(ClusterObjects.metadata(service).name(), hash);
      }
    }
    return of(cluster.rollout(), cluster.replicaSets(), services);
  }

  private static Ending of(
      Rollout rollout, List<ReplicaSet> sets, Map<String, String> serviceHashes) {
    RolloutStatus status = rollout.statusOrEmpty();
    Map<String, String> images = new LinkedHashMap<>();
    Map<String, String> sizes = new TreeMap<>();
    for (ReplicaSet set : sets) {
      images.put(set.hash(), image(set));
      if (set.replicas() > 0 || set.available() > 0) {
        sizes.put(image(set), set.replicas() + "/" + set.available());
      }
    }
    Map<String, String> services = new TreeMap<>();
    serviceHashes.forEach((name, hash) -> services.put(name, images.getOrDefault(hash, hash)));
    TrafficWeights weights = status.canary().weights();
    return new Ending(
        status.phase(),
        status.message().split(":", 2)[0],
        status.currentStepIndex(),
        status.abort(),
        status.pauseConditions().stream().map(PauseCondition::reason).toList(),
        weights == null ? -1 : weights.canary().weight(),
        images.getOrDefault(status.stableRS(), ""),
        images.getOrDefault(status.currentPodHash(), ""),
        sizes,
        services);
  }

  static String image(ReplicaSet set) {
    return set.template().at("spec", "containers") instanceof List<?> containers
            && containers.get(0) instanceof Map<?, ?> first
        ? String.valueOf(first.get("image"))
        : "";
  }
}
