package dev.rollouts.api.rollout;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/**
 * A workload whose updates are delivered progressively.
 *
 * @param status null until the first decision
 */
public record Rollout(
    ObjectMeta metadata, @Required RolloutSpec spec, @Nullable RolloutStatus status)
    implements KubernetesObject {

  @Override
  public String kind() {
    return "Rollout";
  }

  /** The status, or that of a rollout nobody has looked at. */
  public RolloutStatus statusOrEmpty() {
    return status == null ? RolloutStatus.empty() : status;
  }

  /** The same rollout with another status. */
  public Rollout withStatus(RolloutStatus newStatus) {
    return new Rollout(metadata, spec, newStatus);
  }

  /** The same rollout with another spec. */
  public Rollout withSpec(RolloutSpec newSpec) {
    return new Rollout(metadata, newSpec, status);
  }

  /** The same rollout with other metadata. */
  public Rollout withMetadata(ObjectMeta newMetadata) {
    return new Rollout(newMetadata, spec, status);
  }
}
