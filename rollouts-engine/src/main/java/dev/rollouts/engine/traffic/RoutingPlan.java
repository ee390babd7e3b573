package dev.rollouts.engine.traffic;

import dev.rollouts.engine.cluster.ClusterEffect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a router has to write.
 *
 * @param effects writes and the events that tell of them, in order
 * @param waitingFor what must become true before the rest can be written; null when nothing
 * @param error why the routes cannot be as wanted: an object is missing, or refuses the edit; null
 *     when they can. What was planned before is still written.
 * @param atWeight whether the error came of setting weights, which is announced
 * @param verifiable whether the back-end can be asked if it sends what it should (T-158), by {@link
 *     ClusterEffect.VerifyWeight}
 * @param verified what a router that asks by itself was told (T-752); false means to ask again
 *     after a while; null where nobody can tell
 */
public record RoutingPlan(
    List<ClusterEffect> effects,
    @Nullable String waitingFor,
    @Nullable String error,
    boolean atWeight,
    boolean verifiable,
    @Nullable Boolean verified,
    boolean repeated) {
  private static final RoutingPlan SETTLED = of(List.of());

  public RoutingPlan {
    effects = List.copyOf(effects);
  }

  /** Nothing to write. */
  public static RoutingPlan settled() {
    return SETTLED;
  }

  /** These writes. */
  public static RoutingPlan of(List<ClusterEffect> effects) {
    return new RoutingPlan(effects, null, null, false, false, null, false);
  }

  /** These writes, and the rest when something has become true. */
  public static RoutingPlan waiting(List<ClusterEffect> effects, String waitingFor) {
    return new RoutingPlan(effects, waitingFor, null, false, false, null, false);
  }

  /** These writes or events, and then an error that does not come of setting weights. */
  public static RoutingPlan failed(List<ClusterEffect> effects, String error) {
    return new RoutingPlan(effects, null, error, false, false, null, false);
  }

  /** These writes or events, and then an error in setting the weight. */
  public static RoutingPlan failedAtWeight(List<ClusterEffect> effects, String error) {
    return new RoutingPlan(effects, null, error, true, false, null, false);
  }

  /** The same plan with another error. */
  RoutingPlan failed(String why) {
    return new RoutingPlan(effects, waitingFor, why, atWeight, verifiable, verified, repeated);
  }

  /** The same plan of a back-end that can be asked. */
  public RoutingPlan verifiable(boolean can) {
    return new RoutingPlan(effects, waitingFor, error, atWeight, can, verified, repeated);
  }

  /** The same plan with what the back-end said about the weight. */
  public RoutingPlan verified(@Nullable Boolean said) {
    return new RoutingPlan(effects, waitingFor, error, atWeight, verifiable, said, repeated);
  }

  /** The same plan, which nobody has to wait for when it only repeats what has been done. */
  public RoutingPlan repeated(boolean only) {
    return new RoutingPlan(effects, waitingFor, error, atWeight, verifiable, verified, only);
  }

  /** Whether the live objects are as wanted. */
  public boolean isSettled() {
    return error == null
        && waitingFor == null
        && (repeated || effects.stream().allMatch(ClusterEffect.Announce.class::isInstance));
  }
}
