package dev.rollouts.engine.rollout;

import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Moves the selector of a Service to a revision. */
final class ServiceSwitch {
  private final Turn turn;

  /** What a revision must have available before a Service is pointed at it. */
  enum Gate {
    /** Nothing. */
    NONE,
    /** One pod. */
    ONE_POD,
    /** All of its pods for a Service that is not managed yet, one for one that is. */
    ITS_PODS;

    private boolean isOpen(Service service, ReplicaSet set) {
      return switch (this) {
        case NONE -> true;
        case ONE_POD -> set.available() >= 1;
        case ITS_PODS ->
            service.managedBy() == null ? set.isFullyAvailable() : set.available() >= 1;
      };
    }
  }

  ServiceSwitch(Turn turn) {
    this.turn = turn;
  }

  /**
   * Points a Service at a ReplicaSet, as soon as that has the pods for it.
   *
   * @param name empty for none, which is fine
   * @param set null for none, which leaves the Service as it is
   * @param gate what the ReplicaSet must have available
   * @return the error when the Service does not exist
   */
  Optional<String> point(String name, @Nullable ReplicaSet set, Gate gate) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<Service> found =
        turn.seen.objects().service(turn.rollout.metadata().namespace(), name);
    if (found.isEmpty()) {
      return Optional.of("service \"" + name + "\" not found");
    }
    if (set == null || found.get().hash().equals(set.hash())) {
      return Optional.empty();
    }
    Service service = found.get();
    if (!gate.isOpen(service, set)) {
      turn.reason(
          "R-142",
          name,
          "waitingFor",
          set.name(),
          "available",
          set.available(),
          "wanted",
          set.replicas());
      return Optional.empty();
    }
    move(service, set.hash());
    return Optional.empty();
  }

  /** Writes the selector and tells of it. */
  void move(Service service, String hash) {
    Service after = service.pointingAt(hash, turn.rollout.metadata().name());
    if (after.equals(service)) {
      return;
    }
    turn.perform(new ClusterEffect.UpdateService(service, after));
    turn.reason("R-143", service.name(), "from", service.hash(), "to", hash);
    turn.announce(
        Event.normal(
            "SwitchService",
            "Switched selector for service '%s' from '%s' to '%s'"
                .formatted(service.name(), service.hash(), hash)));
  }
}
