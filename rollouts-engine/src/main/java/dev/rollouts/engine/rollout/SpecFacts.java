package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.engine.hash.PodTemplateHash;
import dev.rollouts.engine.hash.StepHash;
import dev.rollouts.engine.rollout.validation.FieldError;
import dev.rollouts.engine.rollout.validation.RolloutValidation;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What follows from a spec alone and is dear to find out: its hashes and what is wrong with it.
 * Found out once for each spec. Thread-safe.
 */
final class SpecFacts {
  private final RolloutSpec spec;
  private final EffectiveRollout effective;
  private final List<FieldError> errors;
  private final String stepHash;
  private volatile TemplateHash templateHash;

  private record TemplateHash(@Nullable Integer collisionCount, String hash) {}

  private SpecFacts(Rollout rollout) {
    this.spec = rollout.spec();
    this.effective = EffectiveRollout.of(spec);
    this.errors = RolloutValidation.spec(rollout, true);
    this.stepHash = effective.canary() == null ? "" : StepHash.of(effective.steps());
    this.templateHash = hashed(null);
  }

  EffectiveRollout effective() {
    return effective;
  }

  /** What is wrong with the spec, whatever it refers to. */
  List<FieldError> errors() {
    return errors;
  }

  /** Hash of the steps; empty for blue-green. */
  String stepHash() {
    return stepHash;
  }

  /** Hash of the pod template. */
  String templateHash(@Nullable Integer collisionCount) {
    TemplateHash known = templateHash;
    if (!Objects.equals(known.collisionCount(), collisionCount)) {
      known = hashed(collisionCount);
      templateHash = known;
    }
    return known.hash();
  }

  private TemplateHash hashed(@Nullable Integer collisionCount) {
    return new TemplateHash(collisionCount, PodTemplateHash.of(spec.template(), collisionCount));
  }

  /** Facts of the specs of those rollouts that were asked for last. */
  static final class Cache {
    private static final int ROLLOUTS_MAX = 16_384;

    private final Recent<SpecFacts> known = new Recent<>(ROLLOUTS_MAX);

    /** The facts of a rollout with the pod template of its workload. */
    SpecFacts of(Rollout resolved) {
      return known.get(
          resolved, facts -> facts.spec.equals(resolved.spec()), () -> new SpecFacts(resolved));
    }
  }
}
