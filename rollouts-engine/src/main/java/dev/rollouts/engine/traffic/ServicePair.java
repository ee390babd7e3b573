package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.CanaryStatus;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.PingPong;
import dev.rollouts.api.rollout.Rollout;

/**
 * Names of the Services of the two versions; empty where there is none.
 *
 * @param canary of the version that is being delivered
 * @param stable of the version that is relied upon
 */
record ServicePair(String canary, String stable) {
  private static final ServicePair NONE = new ServicePair("", "");

  /** {@code canaryService} and {@code stableService}. */
  static ServicePair fixed(Rollout rollout) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    return canary == null ? NONE : new ServicePair(canary.canaryService(), canary.stableService());
  }

  /** The ping-pong pair by its present roles; without one the fixed pair. */
  static ServicePair pingPongFirst(Rollout rollout) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    PingPong pair = canary == null ? null : canary.pingPong();
    if (pair == null) {
      return fixed(rollout);
    }
    CanaryStatus status = rollout.statusOrEmpty().canary();
    return status.stablePingPong().equals("ping")
        ? new ServicePair(pair.pongService(), pair.pingService())
        : new ServicePair(pair.pingService(), pair.pongService());
  }

  /** The fixed pair; when neither is set the ping-pong pair (T-006). */
  static ServicePair fixedFirst(Rollout rollout) {
    ServicePair fixed = fixed(rollout);
    return fixed.equals(NONE) ? pingPongFirst(rollout) : fixed;
  }
}
