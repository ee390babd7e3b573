package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.PauseCondition;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.simulation.cluster.SimulatedCluster;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a rollout got to, without the times and names that may differ from run to run.
 *
 * @param sizes {@code spec.replicas} and available pods by hash
 * @param shares of the requests by hash, in thousandths
 * @param services hash in the selector by Service
 */
public record EndState(
    @Nullable RolloutPhase phase,
    String message,
    String stableRS,
    String currentPodHash,
    @Nullable Integer currentStepIndex,
    boolean abort,
    List<String> pauses,
    Map<String, String> sizes,
    Map<String, Long> shares,
    Map<String, String> services) {

  static EndState of(SimulatedCluster cluster) {
    RolloutStatus status = cluster.rollout().statusOrEmpty();
    Map<String, String> sizes = new TreeMap<>();
    Map<String, Long> shares = new TreeMap<>();
    for (ReplicaSet set : cluster.replicaSets()) {
      if (set.replicas() > 0 || set.available() > 0) {
        sizes.put(set.hash(), set.replicas() + "/" + set.available());
      }
      long share = Math.round(cluster.traffic().share(set.hash()) * 1000);
      if (share > 0) {
        shares.put(set.hash(), share);
      }
    }
    Map<String, String> services = new TreeMap<>();
    for (ObjectKey key : cluster.objects().asMap().keySet()) {
      if (key.kind().equals("Service")
          && cluster
                  .objects()
                  .asMap()
                  .get(key)
                  .at("spec", "selector", RolloutKeys.POD_TEMPLATE_HASH)
              instanceof String hash) {
        services.put(key.name(), hash);
      }
    }
    return new EndState(
        status.phase(),
        status.message(),
        status.stableRS(),
        status.currentPodHash(),
        status.currentStepIndex(),
        status.abort(),
        status.pauseConditions().stream().map(PauseCondition::reason).toList(),
        sizes,
        shares,
        services);
  }
}
