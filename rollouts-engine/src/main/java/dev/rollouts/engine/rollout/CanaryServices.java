package dev.rollouts.engine.rollout;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.PingPong;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which revisions the Services of a canary point at. */
final class CanaryServices {
  /** Value of {@code stablePingPong} when the ping Service is the stable one. */
  static final String PING = "ping";

  /** Value of {@code stablePingPong} when the pong Service is the stable one. */
  static final String PONG = "pong";

  private final Turn turn;
  private final CanaryStrategy canary;
  private final int allowedWeight;

  /**
   * Services of a turn.
   *
   * @param allowedWeight what the current step lets the canary have at most
   */
  CanaryServices(Turn turn, int allowedWeight) {
    this.turn = turn;
    this.allowedWeight = allowedWeight;
    this.canary = requireNonNull(turn.effective.canary(), "canary");
  }

  /**
   * Points the Services at their revisions.
   *
   * @param weightIsZero whether the routers send nothing to the canary
   * @return why the turn cannot go on; empty when it can
   */
  Optional<String> reconcile(boolean leavesCanaryAlone, boolean weightIsZero) {
    Optional<String> problem = pingPong();
    if (problem.isPresent()) {
      return problem;
    }
    ServiceSwitch switching = new ServiceSwitch(turn);
    ReplicaSet stable = turn.revisions.stable();
    problem = switching.point(canary.stableService(), stable, stableGate());
    if (problem.isPresent() || leavesCanaryAlone) {
      return problem;
    }
    boolean aborted = turn.pauses.isAborted() && !turn.isFullyPromoted();
    boolean backToStable =
        aborted && (!turn.effective.isRouted() || !turn.effective.isDynamic() || weightIsZero);
    // A routed canary that is aborted gets no more traffic, so its Service may move at once.
    return backToStable
        ? switching.point(
            canary.canaryService(),
            stable,
            turn.effective.isRouted() ? ServiceSwitch.Gate.NONE : ServiceSwitch.Gate.ITS_PODS)
        : aborted || isSentTooMuch()
            ? Optional.empty()
            : switching.point(canary.canaryService(), turn.revisions.fresh(), canaryGate());
  }

  /** Where traffic moves before all pods are there, the Service must lead to those that are. */
  private ServiceSwitch.Gate canaryGate() {
    boolean podByPod = turn.before.promoteFull() && turn.effective.isDynamic();
    return podByPod || canary.replicaProgressThreshold() != null
        ? ServiceSwitch.Gate.ONE_POD
        : ServiceSwitch.Gate.ITS_PODS;
  }

  /** A Service that selects all versions must not go on doing so when one of them is aborted. */
  private ServiceSwitch.Gate stableGate() {
    return turn.pauses.isAborted() && !turn.isFullyPromoted()
        ? ServiceSwitch.Gate.ONE_POD
        : ServiceSwitch.Gate.ITS_PODS;
  }

  /**
   * Whether routers were last seen to send more than this revision may get now: the weight of an
   * earlier one (pain 19), or of steps that are to be gone through again.
   */
  private boolean isSentTooMuch() {
    TrafficWeights weights = turn.before.canary().weights();
    if (weights == null || turn.routers.isEmpty() || weights.canary().weight() == 0) {
      return false;
    }
    if (turn.before.promoteFull() && turn.revisions.freshAvailable() >= turn.replicas()) {
      return false;
    }
    if (!weights.canary().podTemplateHash().equals(turn.revisions.freshHash())) {
      return true;
    }
    return !turn.before.promoteFull()
        && !turn.pauses.isAborted()
        && !turn.isFullyPromoted()
        && weights.canary().weight() > allowedWeight;
  }

  /** The Service in the canary role follows the new version, whether available or not. */
  private Optional<String> pingPong() {
    PingPong pair = canary.pingPong();
    ReplicaSet fresh = turn.revisions.fresh();
    if (pair == null || fresh == null || turn.isFullyPromoted() || isSentTooMuch()) {
      return Optional.empty();
    }
    String inCanaryRole = isPingStable(turn) ? pair.pongService() : pair.pingService();
    return new ServiceSwitch(turn).point(inCanaryRole, fresh, ServiceSwitch.Gate.NONE);
  }

  /**
   * Whether the Service that becomes stable with a promotion leads to the new version. True where
   * no Service changes its role.
   */
  static boolean mayChangeRoles(Turn turn) {
    CanaryStrategy canary = turn.effective.canary();
    PingPong pair = canary == null ? null : canary.pingPong();
    if (pair == null || turn.revisions.isFreshStable()) {
      return true;
    }
    String inCanaryRole = isPingStable(turn) ? pair.pongService() : pair.pingService();
    return turn.seen
        .objects()
        .service(turn.rollout.metadata().namespace(), inCanaryRole)
        .map(Service::hash)
        .filter(turn.revisions.freshHash()::equals)
        .isPresent();
  }

  static boolean isPingStable(Turn turn) {
    return turn.before.canary().stablePingPong().equals(PING);
  }

  /** The roles after a promotion. */
  static @Nullable String swapped(Turn turn) {
    CanaryStrategy canary = turn.effective.canary();
    if (canary == null || canary.pingPong() == null) {
      return null;
    }
    return isPingStable(turn) ? PONG : PING;
  }
}
