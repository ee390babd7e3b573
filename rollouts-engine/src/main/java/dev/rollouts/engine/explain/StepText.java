package dev.rollouts.engine.explain;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.SetCanaryScale;
import dev.rollouts.engine.explain.text.Words;

/** Canary steps in the words of the spec. */
final class StepText {
  private StepText() {}

  static String of(CanaryStep step) {
    if (step.pause() != null) {
      return step.pause().duration() == null
          ? "pause"
          : "pause: " + Words.shown(step.pause().duration().toString());
    }
    SetCanaryScale scale = step.setCanaryScale();
    if (scale != null) {
      return "setCanaryScale: " + scale(scale);
    }
    if (step.setWeight() != null) {
      return "setWeight: " + step.setWeight();
    }
    if (step.experiment() != null) {
      return "experiment";
    }
    if (step.analysis() != null) {
      return "analysis";
    }
    if (step.setHeaderRoute() != null) {
      return "setHeaderRoute: " + Words.shown(step.setHeaderRoute().name());
    }
    if (step.setMirrorRoute() != null) {
      return "setMirrorRoute: " + Words.shown(step.setMirrorRoute().name());
    }
    return step.plugin() == null ? "no action" : "plugin: " + Words.shown(step.plugin().name());
  }

  private static String scale(SetCanaryScale scale) {
    if (scale.weight() != null) {
      return "weight " + scale.weight();
    }
    return scale.replicas() != null ? "replicas " + scale.replicas() : "matchTrafficWeight";
  }
}
