package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.OrderedMap;
import java.util.Map;

/** Labels and annotations for runs. */
public record AnalysisRunMetadata(Map<String, String> labels, Map<String, String> annotations) {
  public AnalysisRunMetadata {
    labels = OrderedMap.copyOf(labels);
    annotations = OrderedMap.copyOf(annotations);
  }
}
