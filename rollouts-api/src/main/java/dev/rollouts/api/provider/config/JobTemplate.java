package dev.rollouts.api.provider.config;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.OrderedMap;
import dev.rollouts.api.wire.Required;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes Job whose completion is the verdict; conditions are not evaluated.
 *
 * @param metadata labels and annotations copied to the Job; reserved keys win
 * @param spec a batch/v1 JobSpec, carried as written
 */
public record JobTemplate(@Nullable JobMetadata metadata, @Required JsonObject spec)
    implements ProviderConfig {

  /** What a user may say of the Job itself. */
  public record JobMetadata(Map<String, String> labels, Map<String, String> annotations) {
    public JobMetadata {
      labels = OrderedMap.copyOf(labels);
      annotations = OrderedMap.copyOf(annotations);
    }
  }

  @Override
  public String key() {
    return "job";
  }

  @Override
  public String typeName() {
    return "Job";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.job(this);
  }
}
