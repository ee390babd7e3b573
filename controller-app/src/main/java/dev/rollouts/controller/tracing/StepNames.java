package dev.rollouts.controller.tracing;

import dev.rollouts.api.rollout.CanaryStep;

/** Kinds of steps as their YAML keys. */
final class StepNames {
  private StepNames() {}

  static String of(CanaryStep step) {
    if (step.setWeight() != null) {
      return "setWeight";
    }
    if (step.pause() != null) {
      return "pause";
    }
    if (step.experiment() != null) {
      return "experiment";
    }
    if (step.analysis() != null) {
      return "analysis";
    }
    if (step.setCanaryScale() != null) {
      return "setCanaryScale";
    }
    if (step.setHeaderRoute() != null) {
      return "setHeaderRoute";
    }
    if (step.setMirrorRoute() != null) {
      return "setMirrorRoute";
    }
    return step.plugin() == null ? "none" : "plugin";
  }
}
