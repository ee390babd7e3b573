package dev.rollouts.cli.lint;

import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.ReplicaProgressThreshold;
import dev.rollouts.api.rollout.SetCanaryScale;
import dev.rollouts.api.rollout.WorkloadRef;
import dev.rollouts.api.wire.IntOrString;
import dev.rollouts.api.wire.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings of a rollout that do something else than they seem to. */
final class SettingChecks {
  private final Delivery delivery;
  private final EffectiveRollout effective;

  private SettingChecks(Delivery delivery) {
    this.delivery = delivery;
    this.effective = delivery.effective();
  }

  static void check(Delivery delivery) {
    SettingChecks checks = new SettingChecks(delivery);
    checks.checkDeadline();
    checks.checkWorkload();
    BlueGreenStrategy blueGreen = delivery.written().spec().strategy().blueGreen();
    if (blueGreen != null) {
      checks.checkBlueGreen(blueGreen);
    }
    CanaryStrategy canary = delivery.canary();
    if (canary != null) {
      checks.checkCanary(canary);
    }
  }

  /** A pod that becomes ready later than the deadline can never make an update succeed. */
  private void checkDeadline() {
    long deadline = effective.progressDeadline().toSeconds();
    long ready = delivery.resolved().spec().minReadySeconds();
    if (ready >= deadline
        || !(delivery.resolved().spec().template().at("spec", "containers")
            instanceof List<?> containers)) {
      return;
    }
    long slowest = 0;
    for (Object container : containers) {
      if (container instanceof Map<?, ?> map
          && map.get("readinessProbe") instanceof Map<?, ?> probe
          && probe.get("initialDelaySeconds") instanceof Number delay) {
        slowest = Math.max(slowest, delay.longValue());
      }
    }
    if (slowest > 0 && slowest + ready >= deadline) {
      delivery.report(
          Rule.DEADLINE_SHORT,
          Severity.WARNING,
          Delivery.SPEC.key("progressDeadlineSeconds"),
          "a pod is available after %d s at the earliest (initialDelaySeconds of its readinessProbe"
                  .formatted(slowest + ready)
              + " and minReadySeconds), and after %d s without progress the rollout is Degraded"
                  .formatted(deadline),
          "raise progressDeadlineSeconds");
    }
  }

  private void checkWorkload() {
    WorkloadRef ref = delivery.written().spec().workloadRef();
    if (ref != null
        && !Set.of("", "never", "onsuccess", "progressively").contains(ref.scaleDown())) {
      ignored(
          Delivery.SPEC.key("workloadRef").key("scaleDown"),
          "\"%s\" is not known and means never".formatted(ref.scaleDown()),
          "write never, onsuccess or progressively");
    }
  }

  private void checkBlueGreen(BlueGreenStrategy blueGreen) {
    Path path = Delivery.BLUE_GREEN;
    if (Boolean.FALSE.equals(blueGreen.autoPromotionEnabled())) {
      delivery.report(
          Rule.PAUSE_ENDLESS,
          Severity.INFO,
          path.key("autoPromotionEnabled"),
          "every update waits before the switch until somebody promotes it",
          "if it shall go on by itself, write autoPromotionSeconds instead");
      if (blueGreen.autoPromotionSeconds() != 0) {
        ignored(
            path.key("autoPromotionSeconds"),
            "with autoPromotionEnabled: false nothing is promoted by time",
            "remove autoPromotionEnabled, or autoPromotionSeconds");
      }
    }
    if (Integer.valueOf(0).equals(blueGreen.scaleDownDelaySeconds())) {
      delivery.report(
          Rule.NEVER_SCALED_DOWN,
          Severity.INFO,
          path.key("scaleDownDelaySeconds"),
          "0 scales the previous version down at once; Argo Rollouts never does then",
          "write 1 to have both do the same");
    }
    if (Integer.valueOf(0).equals(blueGreen.abortScaleDownDelaySeconds())) {
      kept(path.key("abortScaleDownDelaySeconds"), "after an abort the new version is kept");
    }
  }

  private void kept(Path path, String what) {
    delivery.report(
        Rule.NEVER_SCALED_DOWN,
        Severity.WARNING,
        path,
        "0 means that " + what + ", not that it happens at once",
        "write 1 to scale it down almost at once");
  }

  private void checkCanary(CanaryStrategy canary) {
    Path path = Delivery.CANARY;
    if (Integer.valueOf(0).equals(canary.abortScaleDownDelaySeconds()) && effective.isRouted()) {
      kept(path.key("abortScaleDownDelaySeconds"), "after an abort the new version is kept");
    }
    checkRounding(canary, path);
    if (effective.isRouted()) {
      if (canary.maxSurge() != null) {
        ignored(
            path.key("maxSurge"),
            "with trafficRouting the new version is added to the pods of the old one; maxSurge does"
                + " not limit it",
            "remove it");
      }
    } else {
      ignoredWithoutRouting(canary.minPodsPerReplicaSet(), path.key("minPodsPerReplicaSet"));
      ignoredWithoutRouting(
          canary.abortScaleDownDelaySeconds(), path.key("abortScaleDownDelaySeconds"));
    }
    ReplicaProgressThreshold threshold = canary.replicaProgressThreshold();
    if (threshold != null && !Set.of("Percent", "Pods").contains(threshold.type())) {
      ignored(
          path.key("replicaProgressThreshold").key("type"),
          "\"%s\" is not known and counts pods".formatted(threshold.type()),
          "write Percent or Pods");
    }
    for (int i = 0; i < canary.steps().size(); i++) {
      checkStep(canary.steps().get(i), path.key("steps").index(i));
    }
  }

  private void ignoredWithoutRouting(@Nullable Integer value, Path path) {
    if (value != null) {
      ignored(path, "without trafficRouting this has no effect", "remove it");
    }
  }

  /** when both come to nothing, one pod may be missing all the same. */
  private void checkRounding(CanaryStrategy canary, Path path) {
    IntOrString unavailable = canary.maxUnavailable();
    boolean nothing =
        unavailable != null
            && !unavailable.toString().matches("[0-9]{1,9}")
            && effective.maxSurge() == 0
            && effective.maxUnavailable() == 1
            && effective.replicas() > 0
            && percent(unavailable) * effective.replicas() < 100;
    if (nothing) {
      ignored(
          path.key("maxUnavailable"),
          "%s of %d replicas is no pod, and there is no surge; one pod may be missing then"
              .formatted(unavailable, effective.replicas()),
          "write maxUnavailable: 1, or a maxSurge");
    }
  }

  private static long percent(IntOrString value) {
    String text = value.toString();
    return text.matches("[0-9]{1,9}%") ? Long.parseLong(text.substring(0, text.length() - 1)) : 0;
  }

  private void checkStep(CanaryStep step, Path path) {
    SetCanaryScale scale = step.setCanaryScale();
    if (scale == null) {
      return;
    }
    if (scale.matchTrafficWeight() && (scale.replicas() != null || scale.weight() != null)) {
      ignored(
          path.key("setCanaryScale"),
          "matchTrafficWeight wins over replicas and weight",
          "write one of the three");
    } else if (scale.replicas() != null && scale.weight() != null) {
      ignored(path.key("setCanaryScale").key("weight"), "replicas wins over weight", "remove one");
    }
  }

  private void ignored(Path path, String message, String suggestion) {
    delivery.report(Rule.SETTING_IGNORED, Severity.WARNING, path, message, suggestion);
  }
}
