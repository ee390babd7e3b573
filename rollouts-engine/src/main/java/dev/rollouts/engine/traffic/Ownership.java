package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which objects belong to a rollout and vanish with it (T-007). */
final class Ownership {
  private Ownership() {}

  /** The value of {@code metadata.ownerReferences} of an object that is made for a rollout. */
  static List<Map<String, Object>> references(Rollout rollout) {
    Map<String, Object> reference = new LinkedHashMap<>();
    reference.put("apiVersion", "argoproj.io/v1alpha1");
    reference.put("kind", "Rollout");
    reference.put("name", rollout.metadata().name());
    reference.put("uid", rollout.metadata().uid());
    reference.put("controller", true);
    reference.put("blockOwnerDeletion", true);
    return List.of(reference);
  }

  /** Whether the rollout is the object's controller. */
  static boolean isControlledBy(JsonObject object, Rollout rollout) {
    if (!(object.at("metadata", "ownerReferences") instanceof List<?> owners)) {
      return false;
    }
    return owners.stream()
        .anyMatch(
            owner ->
                owner instanceof Map<?, ?> reference
                    && Boolean.TRUE.equals(reference.get("controller"))
                    && rollout.metadata().uid().equals(reference.get("uid")));
  }
}
