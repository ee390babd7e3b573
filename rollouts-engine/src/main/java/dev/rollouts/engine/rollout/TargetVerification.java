package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.AlbStatus;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.PingPong;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.cluster.ClusterAnswer.TargetsVerified;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.List;
import java.util.Optional;

/** Whether load balancers know the pods behind a Service (T-200 to T-205). */
final class TargetVerification {
  private TargetVerification() {}

  /** Whether targets are verified; asks where nobody has said so. */
  static boolean isVerified(Turn turn, String service, String hash) {
    Optional<TargetsVerified> answer =
        turn.seen.answers().stream()
            .filter(TargetsVerified.class::isInstance)
            .map(TargetsVerified.class::cast)
            .filter(each -> each.service().equals(service) && each.podTemplateHash().equals(hash))
            .reduce((first, second) -> second);
    if (answer.isEmpty()) {
      turn.perform(new ClusterEffect.VerifyTargets(service, hash));
      return false;
    }
    answer.get().events().forEach(turn::announce);
    boolean verified = answer.get().error() == null && answer.get().verified();
    if (!verified) {
      turn.wakeAt(turn.now.plus(RolloutSettings.VERIFY_INTERVAL));
      turn.reason("T-203", service, "waitingFor", "registered targets");
    }
    return verified;
  }

  /** Whether other versions of a canary may lose their pods (T-205). */
  static boolean canaryMayScaleDown(Turn turn) {
    CanaryStrategy canary = turn.effective.canary();
    if (canary == null
        || canary.trafficRouting() == null
        || canary.trafficRouting().alb() == null
        || !turn.settings.routers().verifyTargetGroup()
        || !turn.isFullyPromoted()
        || turn.revisions.others().stream().noneMatch(TargetVerification::isAboutToGo)) {
      return true;
    }
    PingPong pair = canary.pingPong();
    String service = canary.stableService();
    if (pair != null) {
      service = CanaryServices.isPingStable(turn) ? pair.pingService() : pair.pongService();
    }
    return service.isEmpty() || isVerified(turn, service, turn.revisions.freshHash());
  }

  private static boolean isAboutToGo(ReplicaSet set) {
    return set.replicas() > 0 && set.annotation(RolloutKeys.SCALE_DOWN_DEADLINE) == null;
  }

  /** Writes what was examined (T-159). */
  static void record(RolloutStatus.Builder next, List<AlbStatus> loadBalancers) {
    next.albs(loadBalancers)
        .alb(loadBalancers.isEmpty() ? null : loadBalancers.get(loadBalancers.size() - 1));
  }
}
