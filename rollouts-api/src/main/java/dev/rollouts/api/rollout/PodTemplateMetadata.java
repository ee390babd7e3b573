package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.OrderedMap;
import java.util.Map;

/** Labels and annotations for pods. */
public record PodTemplateMetadata(Map<String, String> labels, Map<String, String> annotations) {
  public PodTemplateMetadata {
    labels = OrderedMap.copyOf(labels);
    annotations = OrderedMap.copyOf(annotations);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return labels.isEmpty() && annotations.isEmpty();
  }
}
