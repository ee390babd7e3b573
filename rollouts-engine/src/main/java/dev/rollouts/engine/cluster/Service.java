package dev.rollouts.engine.cluster;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.OrderedMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Service as read, or as it should be.
 *
 * @param ports elements of {@code spec.ports}
 */
public record Service(ObjectMeta metadata, Map<String, String> selector, List<JsonObject> ports) {
  public Service {
    selector = OrderedMap.copyOf(selector);
    ports = List.copyOf(ports);
  }

  /** Name of the object. */
  public String name() {
    return metadata.name();
  }

  /** The revision that it points at; empty when it points at none. */
  public String hash() {
    return selector.getOrDefault(RolloutKeys.POD_TEMPLATE_HASH, "");
  }

  /** Name of the rollout that manages it, or null. */
  public @Nullable String managedBy() {
    return metadata.annotations().get(RolloutKeys.MANAGED_BY);
  }

  /** The same Service pointing at a revision, managed by a rollout. */
  public Service pointingAt(String hash, String rollout) {
    Map<String, String> labels = new LinkedHashMap<>(selector);
    labels.put(RolloutKeys.POD_TEMPLATE_HASH, hash);
    return new Service(metadata.withAnnotation(RolloutKeys.MANAGED_BY, rollout), labels, ports);
  }
}
