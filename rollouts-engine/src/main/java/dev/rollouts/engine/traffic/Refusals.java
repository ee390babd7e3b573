package dev.rollouts.engine.traffic;

import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why the cluster did not take the last write of an object. What the next look at the object
 * settles by itself is no reason: a conflict, or an object that came or went in between.
 *
 * <p>A plan that sees a refusal carries it as its error and leaves the write out: it is asked for
 * again by the next one, after the back-off.
 */
final class Refusals {
  private Refusals() {}

  /** What the cluster said; empty when it took the write or nothing was asked. */
  static Optional<String> of(List<ClusterAnswer> answers, ObjectKey key) {
    return answers.stream()
        .filter(ClusterAnswer.Refused.class::isInstance)
        .map(ClusterAnswer.Refused.class::cast)
        .filter(each -> each.why() == ClusterAnswer.Refusal.OTHER)
        .filter(each -> key.equals(written(each.effect())))
        .map(ClusterAnswer.Refused::error)
        .reduce((first, second) -> second);
  }

  private static @Nullable ObjectKey written(ClusterEffect effect) {
    if (effect instanceof ClusterEffect.CreateObject create) {
      return create.key();
    }
    if (effect instanceof ClusterEffect.UpdateObject update) {
      return update.key();
    }
    return effect instanceof ClusterEffect.DeleteObject delete ? delete.key() : null;
  }
}
