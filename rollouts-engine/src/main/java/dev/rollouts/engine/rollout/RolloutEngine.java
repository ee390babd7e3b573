package dev.rollouts.engine.rollout;

import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import java.time.Instant;
import java.util.Set;

/**
 * Delivers a release progressively. Pure: the same inputs give an equal decision; deciding twice,
 * late or early does no harm. Total: a bad spec becomes phase Degraded with a message.
 */
public interface RolloutEngine {
  /**
   * Decides one turn.
   *
   * @param rollout as read, with the status as last saved
   * @param seen what the cluster looks like
   * @param now read from the clock once per turn
   */
  Decision<RolloutStatus, ClusterEffect> decide(
      Rollout rollout, RolloutObservations seen, Instant now);

  /**
   * What a shell has to read beside ReplicaSets, runs and experiments before it asks for a
   * decision. Asked again with what was read until it names nothing new.
   */
  Reads reads(Rollout rollout, RolloutObservations soFar);

  /** Whether {@link #decide} looks at pods. */
  boolean readsPods(Rollout rollout);

  /** Objects and templates by reference. */
  record Reads(Set<ObjectKey> objects, Set<TemplateRef> templates) {
    public Reads {
      objects = Set.copyOf(objects);
      templates = Set.copyOf(templates);
    }
  }
}
