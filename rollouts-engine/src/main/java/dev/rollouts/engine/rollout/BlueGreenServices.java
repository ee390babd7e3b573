package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the Services of a blue-green rollout point. */
final class BlueGreenServices {
  private BlueGreenServices() {}

  static Optional<Service> find(Turn turn, String name) {
    return name.isEmpty()
        ? Optional.empty()
        : turn.seen.objects().service(turn.rollout.metadata().namespace(), name);
  }

  /** Hash in the selector of the active Service; empty when there is none. */
  static String activeHash(Turn turn) {
    BlueGreenStrategy strategy = turn.effective.blueGreen();
    return strategy == null
        ? ""
        : find(turn, strategy.activeService()).map(Service::hash).orElse("");
  }

  /** The ReplicaSet that the active Service points at, or null. */
  static @Nullable ReplicaSet active(Turn turn) {
    String hash = activeHash(turn);
    if (hash.isEmpty()) {
      return null;
    }
    for (ReplicaSet each : turn.revisions.all()) {
      if (each.hash().equals(hash)) {
        return each;
      }
    }
    return null;
  }
}
