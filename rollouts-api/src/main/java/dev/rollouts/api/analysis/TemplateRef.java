package dev.rollouts.api.analysis;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Another template to merge in. References to the same template are equal.
 *
 * @param clusterScope true looks for a ClusterAnalysisTemplate, false for an AnalysisTemplate in
 *     the namespace of the run; null means false, and is kept apart from it because the hash of a
 *     rollout's steps tells them apart
 */
public record TemplateRef(String templateName, @Nullable Boolean clusterScope) {

  /** Whether a ClusterAnalysisTemplate is meant. */
  public boolean isClusterScoped() {
    return Boolean.TRUE.equals(clusterScope);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TemplateRef ref
        && ref.templateName.equals(templateName)
        && ref.isClusterScoped() == isClusterScoped();
  }

  @Override
  public int hashCode() {
    return Objects.hash(templateName, isClusterScoped());
  }
}
