package dev.rollouts.api.analysis;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.Required;

/** Metrics to judge a release by, reusable in every namespace. */
public record ClusterAnalysisTemplate(ObjectMeta metadata, @Required AnalysisTemplateSpec spec)
    implements KubernetesObject {
  @Override
  public String kind() {
    return "ClusterAnalysisTemplate";
  }
}
