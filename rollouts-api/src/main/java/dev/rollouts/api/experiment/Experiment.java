package dev.rollouts.api.experiment;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/**
 * Versions run side by side for a while, and are analysed.
 *
 * @param status null until the first decision
 */
public record Experiment(
    ObjectMeta metadata, @Required ExperimentSpec spec, @Nullable ExperimentStatus status)
    implements KubernetesObject {

  @Override
  public String kind() {
    return "Experiment";
  }

  /** The status, or that of an experiment nobody has looked at. */
  public ExperimentStatus statusOrEmpty() {
    return status == null ? ExperimentStatus.empty() : status;
  }

  /** The same experiment with another status. */
  public Experiment withStatus(ExperimentStatus newStatus) {
    return new Experiment(metadata, spec, newStatus);
  }

  /** The same experiment with another spec. */
  public Experiment withSpec(ExperimentSpec newSpec) {
    return new Experiment(metadata, newSpec, status);
  }

  /** The same experiment with other metadata. */
  public Experiment withMetadata(ObjectMeta newMetadata) {
    return new Experiment(newMetadata, spec, status);
  }
}
