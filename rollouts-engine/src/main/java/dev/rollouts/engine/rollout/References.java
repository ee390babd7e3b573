package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.PingPong;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.traffic.TrafficRouter;
import java.util.ArrayList;
import java.util.List;

/** Which revisions traffic may still reach, so that their pods must stay. */
final class References {
  private References() {}

  static boolean isReferenced(Turn turn, ReplicaSet set) {
    String hash = set.hash();
    if (hash.equals(turn.before.stableRS())
        || hash.equals(turn.before.currentPodHash())
        || hash.equals(turn.before.blueGreen().activeSelector())
        || hash.equals(turn.before.blueGreen().previewSelector())) {
      return true;
    }
    TrafficWeights weights = turn.before.canary().weights();
    if (weights != null
        && (hash.equals(weights.canary().podTemplateHash())
            || hash.equals(weights.stable().podTemplateHash()))) {
      return true;
    }
    for (String name : serviceNames(turn)) {
      boolean points =
          turn.seen
              .objects()
              .service(turn.rollout.metadata().namespace(), name)
              .map(Service::hash)
              .filter(hash::equals)
              .isPresent();
      if (points) {
        return true;
      }
    }
    for (TrafficRouter router : turn.routers) {
      if (router
          .referencedHashes(turn.rollout, turn.seen.objects(), turn.settings.routers())
          .contains(hash)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Every Service that may get traffic; empty names are left out. When an update is over nothing is
   * sent to the one of ping and pong in the canary role, which keeps pointing at the last version.
   */
  private static List<String> serviceNames(Turn turn) {
    List<String> names = new ArrayList<>();
    CanaryStrategy canary = turn.effective.canary();
    if (canary != null) {
      names.add(canary.stableService());
      names.add(canary.canaryService());
      PingPong pair = canary.pingPong();
      if (pair != null) {
        boolean pingIsStable = CanaryServices.isPingStable(turn);
        // Until routers were seen to do as the roles say, both may get something.
        boolean both = !turn.isFullyPromoted() || turn.before.canary().weights() == null;
        if (pingIsStable || both) {
          names.add(pair.pingService());
        }
        if (!pingIsStable || both) {
          names.add(pair.pongService());
        }
      }
    }
    BlueGreenStrategy blueGreen = turn.effective.blueGreen();
    if (blueGreen != null) {
      names.add(blueGreen.activeService());
      names.add(blueGreen.previewService());
    }
    names.removeIf(String::isEmpty);
    return names;
  }
}
