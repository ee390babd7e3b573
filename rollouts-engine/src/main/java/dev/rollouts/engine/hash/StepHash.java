package dev.rollouts.engine.hash;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.wire.Wire;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The identity of a canary's steps, as Argo Rollouts computes it. Spec:
 * docs/spec/rollout-api.md#hashes. Stateless and thread-safe.
 */
public final class StepHash {
  private StepHash() {}

  /** The hash of the steps; a blue-green rollout has none, its status says the empty string. */
  public static String of(List<CanaryStep> steps) {
    return SafeHash.of(json(steps), null);
  }

  static String json(List<CanaryStep> steps) {
    if (steps.isEmpty()) {
      return "null";
    }
    WireType step = Struct.of("CanaryStep");
    return steps.stream()
        .map(each -> TypedJson.of(step, Wire.encode(each)))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
