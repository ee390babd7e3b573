package dev.rollouts.engine.hash;

import dev.rollouts.api.wire.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a pod template, as Argo Rollouts computes it: the value of the label {@code
 * rollouts-pod-template-hash}. Spec: docs/spec/rollout-api.md#hashes. Stateless and thread-safe.
 */
public final class PodTemplateHash {
  private PodTemplateHash() {}

  /**
   * The hash of labels, annotations and spec of a template; the same for templates that a typed
   * client cannot tell apart, such as {@code cpu: 1000m} and {@code cpu: "1"}. Fields that
   * Kubernetes 1.34 does not know do not count; one that has the wrong type counts as absent.
   *
   * @param template as the user wrote it: without hash label, injected metadata and anti-affinity
   * @param collisionCount of the rollout's status; null when no name has ever been taken
   */
  public static String of(JsonObject template, @Nullable Integer collisionCount) {
    return SafeHash.of(json(template), collisionCount);
  }

  static String json(JsonObject template) {
    return TypedJson.of(Struct.of("PodTemplateSpec"), template.fields());
  }
}
