package dev.rollouts.simulation.rollout;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.RolloutObservations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A rolling update, pod by pod: enough of a decider to see the cluster and the shell at work. */
final class ToyDecider implements RolloutDecider {
  @Override
  public Decision<RolloutStatus, ClusterEffect> decide(
      Rollout rollout, RolloutObservations seen, Instant now) {
    String hash = Rollouts.image(rollout).replaceAll("[^a-z0-9]", "");
    int wanted = EffectiveRollout.of(rollout.spec()).replicas();
    List<ClusterEffect> effects = new ArrayList<>();
    ReplicaSet newest = find(seen, hash);
    RolloutStatus before = rollout.statusOrEmpty();
    int available = 0;
    for (ReplicaSet each : seen.replicaSets()) {
      available += each.available();
    }
    if (newest == null) {
      effects.add(new ClusterEffect.CreateReplicaSet(fresh(rollout, hash)));
    } else if (before.abort()) {
      scale(effects, newest, 0);
    } else {
      boolean settled = newest.available() == newest.replicas();
      ReplicaSet old = null;
      for (ReplicaSet each : seen.replicaSets()) {
        old = !each.hash().equals(hash) && each.replicas() > 0 ? each : old;
      }
      if (before.stableRS().isEmpty() || old == null) {
        scale(effects, newest, wanted);
      } else if (settled && newest.replicas() < wanted) {
        scale(effects, newest, newest.replicas() + 1);
      }
      if (old != null && available > wanted) {
        scale(effects, old, old.replicas() - 1);
      }
    }
    boolean done =
        newest != null
            && newest.available() == wanted
            && seen.replicaSets().stream()
                .allMatch(each -> each.hash().equals(hash) || each.replicas() == 0);
    if (done && !before.stableRS().equals(hash)) {
      effects.add(new ClusterEffect.Announce(Event.normal("RolloutCompleted", hash)));
    }
    RolloutStatus after =
        before.toBuilder()
            .currentPodHash(hash)
            .stableRS(done ? hash : before.stableRS())
            .observedGeneration(Long.toString(rollout.metadata().generation()))
            .availableReplicas(available)
            .phase(
                before.abort()
                    ? RolloutPhase.DEGRADED
                    : done ? RolloutPhase.HEALTHY : RolloutPhase.PROGRESSING)
            .build();
    return new Decision<>(
        after, effects, Optional.empty(), List.of(Reason.of("toy", Reason.RUN, "hash", hash)));
  }

  private static void scale(List<ClusterEffect> effects, ReplicaSet set, int replicas) {
    if (set.replicas() != replicas) {
      effects.add(new ClusterEffect.UpdateReplicaSet(set, set.withReplicas(replicas)));
    }
  }

  private static @Nullable ReplicaSet find(RolloutObservations seen, String hash) {
    for (ReplicaSet each : seen.replicaSets()) {
      if (each.hash().equals(hash)) {
        return each;
      }
    }
    return null;
  }

  private static ReplicaSet fresh(Rollout rollout, String hash) {
    ObjectMeta meta = rollout.metadata();
    Map<String, Object> template = new LinkedHashMap<>(rollout.spec().template().fields());
    return new ReplicaSet(
        new ObjectMeta(
            meta.name() + "-" + hash,
            "",
            meta.namespace(),
            "",
            "",
            0,
            null,
            null,
            Map.of("app", meta.name(), RolloutKeys.POD_TEMPLATE_HASH, hash),
            Map.of(RolloutKeys.REVISION, "1"),
            List.of(
                new ObjectMeta.OwnerReference(
                    "argoproj.io/v1alpha1", "Rollout", meta.name(), meta.uid(), true, true))),
        0,
        rollout.spec().minReadySeconds(),
        rollout.spec().selector().with(RolloutKeys.POD_TEMPLATE_HASH, hash),
        JsonObject.of(template),
        ReplicaSet.Status.empty());
  }
}
