package dev.rollouts.cli.lint;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.wire.Path;
import dev.rollouts.engine.rollout.replicas.BasicReplicas;
import dev.rollouts.engine.rollout.replicas.CanarySplit;
import org.jspecify.annotations.Nullable;

/** Steps of a canary that hardly do what was meant. Rules. */
final class StepChecks {
  private static final int TOLERANCE_PERCENT = 10;

  private final Delivery delivery;
  private final CanaryStrategy canary;
  private final EffectiveRollout effective;
  private final boolean autoscaled;

  private StepChecks(Delivery delivery, CanaryStrategy canary, boolean autoscaled) {
    this.delivery = delivery;
    this.canary = canary;
    this.effective = delivery.effective();
    this.autoscaled = autoscaled;
  }

  /**
   * Judges the steps.
   *
   * @param autoscaled whether something else decides how many pods there are
   */
  static void check(Delivery delivery, boolean autoscaled) {
    CanaryStrategy canary = delivery.canary();
    if (canary == null) {
      return;
    }
    if (canary.steps().isEmpty()) {
      delivery.report(
          Rule.NO_STEPS,
          Severity.INFO,
          Delivery.CANARY,
          "without steps every update is a rolling update, which nothing holds up",
          "add steps, such as setWeight and pause");
    }
    new StepChecks(delivery, canary, autoscaled).check();
  }

  private void check() {
    Integer weight = null;
    CanarySplit split = null;
    for (int i = 0; i < canary.steps().size(); i++) {
      CanaryStep step = canary.steps().get(i);
      Path path = Delivery.CANARY.key("steps").index(i);
      if (step.pause() != null && step.pause().duration() == null) {
        delivery.report(
            Rule.PAUSE_ENDLESS,
            Severity.INFO,
            path.key("pause"),
            "every update waits here until somebody promotes it",
            "if it shall go on by itself, add duration");
      }
      Integer next = step.setWeight();
      if (next == null || next < 0 || next > effective.maxWeight()) {
        continue;
      }
      checkWeight(weight, next, path.key("setWeight"));
      split = checkSplit(weight, split, next, path.key("setWeight"));
      weight = next;
    }
  }

  private void checkWeight(@Nullable Integer before, int next, Path path) {
    if (before == null) {
      return;
    }
    if (before == next) {
      delivery.report(
          Rule.WEIGHT_UNCHANGED,
          Severity.WARNING,
          path,
          "the weight is already %d; this step changes nothing".formatted(next),
          "remove the step, or write another weight");
    } else if (next < before) {
      delivery.report(
          Rule.WEIGHT_FALLS,
          Severity.WARNING,
          path,
          before == effective.maxWeight()
              ? "the new version has all the traffic already; this step takes it away again"
              : "the weight falls from %d to %d".formatted(before, next),
          "write the weights in rising order");
    }
  }

  /** Without routing the pods divide the traffic, and pods are whole. */
  private @Nullable CanarySplit checkSplit(
      @Nullable Integer before, @Nullable CanarySplit last, int weight, Path path) {
    int replicas = effective.replicas();
    boolean open = autoscaled || delivery.written().spec().replicas() == null;
    if (effective.isRouted() || open || replicas == 0) {
      return null;
    }
    CanarySplit split =
        BasicReplicas.target(replicas, weight, effective.maxWeight(), effective.maxSurge());
    int total = split.canary() + split.stable();
    int actual = total == 0 ? 0 : Math.round(100f * split.canary() / total);
    if (weight > 0 && weight < 100 && split.canary() == 0) {
      unreachable(path, "%d%% of %d pods is no pod at all".formatted(weight, replicas));
    } else if (before != null && before < weight && split.equals(last)) {
      unreachable(
          path,
          "with %s this step changes no pod: the new version has %d of %d already"
              .formatted(pods(replicas), split.canary(), total));
    } else if (Math.abs(actual - weight) > TOLERANCE_PERCENT) {
      unreachable(
          path,
          "with %s the new version gets %d of %d pods, so about %d%% of the traffic and not"
                  .formatted(pods(replicas), split.canary(), total, actual)
              + " %d%%".formatted(weight));
    }
    return split;
  }

  private static String pods(int replicas) {
    return replicas == 1 ? "1 replica" : replicas + " replicas";
  }

  private void unreachable(Path path, String message) {
    delivery.report(
        Rule.WEIGHT_UNREACHABLE,
        Severity.WARNING,
        path,
        message,
        "add replicas or trafficRouting, or write a weight that so many pods can have");
  }
}
