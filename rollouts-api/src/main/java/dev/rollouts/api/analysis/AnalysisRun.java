package dev.rollouts.api.analysis;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/**
 * One judgement of one release.
 *
 * @param status null until the first decision
 */
public record AnalysisRun(
    ObjectMeta metadata, @Required AnalysisSpec spec, @Nullable AnalysisRunStatus status)
    implements KubernetesObject {
  /** A run that has not started. */
  public static AnalysisRun of(String name, AnalysisSpec spec) {
    return new AnalysisRun(ObjectMeta.named(name), spec, null);
  }

  @Override
  public String kind() {
    return "AnalysisRun";
  }

  /** The status, or that of a run that has not started. */
  public AnalysisRunStatus statusOrPending() {
    return status == null ? AnalysisRunStatus.pending() : status;
  }

  /** The same run with another status. */
  public AnalysisRun withStatus(AnalysisRunStatus newStatus) {
    return new AnalysisRun(metadata, spec, newStatus);
  }

  /** The same run with other metadata. */
  public AnalysisRun withMetadata(ObjectMeta newMetadata) {
    return new AnalysisRun(newMetadata, spec, status);
  }
}
