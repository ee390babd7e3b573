package dev.rollouts.cli.plugin.view;

import dev.rollouts.cli.kube.KubeObject;
import java.util.List;

/** Step and weights of a rollout (K-080 to K-082). */
record Strategy(KubeObject rollout) {
  boolean isCanary() {
    return rollout.has("spec", "strategy", "canary");
  }

  boolean isBlueGreen() {
    return rollout.has("spec", "strategy", "blueGreen");
  }

  /** Empty when neither is configured. */
  String name() {
    return isBlueGreen() ? "BlueGreen" : isCanary() ? "Canary" : "";
  }

  private List<KubeObject> steps() {
    return rollout.children("spec", "strategy", "canary", "steps");
  }

  boolean isRouted() {
    return rollout.has("spec", "strategy", "canary", "trafficRouting");
  }

  private long weightMax() {
    long configured =
        rollout.number("spec", "strategy", "canary", "trafficRouting", "maxTrafficWeight");
    return configured > 0 ? configured : 100;
  }

  /** {@code 2/8}; empty without steps, or while none has begun. */
  String step() {
    List<KubeObject> steps = steps();
    return !isCanary() || steps.isEmpty() || !rollout.has("status", "currentStepIndex")
        ? ""
        : index() + "/" + steps.size();
  }

  private int index() {
    return (int) rollout.number("status", "currentStepIndex");
  }

  private boolean isThroughSteps() {
    return steps().isEmpty() || index() >= steps().size();
  }

  /** What the steps want. */
  long setWeight() {
    if (rollout.flag("status", "abort")) {
      return 0;
    }
    if (isThroughSteps()) {
      return weightMax();
    }
    for (int i = index(); i >= 0; i--) {
      KubeObject step = steps().get(i);
      if (step.has("setWeight")) {
        return step.number("setWeight");
      }
    }
    return 0;
  }

  /**
   * What the canary gets.
   *
   * @param canaryAvailable pods of its ReplicaSet; none without one
   */
  long actualWeight(long canaryAvailable) {
    if (isThroughSteps()) {
      return weightMax();
    }
    long available = rollout.number("status", "availableReplicas");
    if (available == 0) {
      return 0;
    }
    if (!isRouted()) {
      return canaryAvailable * weightMax() / available;
    }
    return rollout.has("status", "canary", "weights")
        ? rollout.number("status", "canary", "weights", "canary", "weight")
        : setWeight();
  }

  long desired() {
    return rollout.has("spec", "replicas") ? rollout.number("spec", "replicas") : 1;
  }
}
