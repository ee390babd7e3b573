package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.rollout.AntiAffinity;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.RolloutSpec;
import org.jspecify.annotations.Nullable;

/** What a blue-green strategy must be: rows 14, 15, 40 and 41. */
final class BlueGreenRules {
  private BlueGreenRules() {}

  static void check(
      RolloutSpec spec, BlueGreenStrategy blueGreen, Place place, FieldErrors errors) {
    if (blueGreen.activeService().equals(blueGreen.previewService())) {
      errors.invalid(
          place.key("activeService"),
          blueGreen.activeService(),
          "This rollout uses the same service for the active and preview services, but two"
              + " different services are required.");
    }
    Integer limit = blueGreen.scaleDownDelayRevisionLimit();
    if (limit != null && limit > EffectiveRollout.of(spec).revisionHistoryLimit()) {
      errors.invalid(
          place.key("scaleDownDelayRevisionLimit"),
          limit,
          "This rollout's revision history limit can not be smaller than the rollout's scale down"
              + " limit");
    }
    checkAntiAffinity(blueGreen.antiAffinity(), place.key("antiAffinity"), errors);
  }

  /** Rows 40 and 41, for both strategies. */
  static void checkAntiAffinity(
      @Nullable AntiAffinity antiAffinity, Place place, FieldErrors errors) {
    if (antiAffinity == null) {
      return;
    }
    AntiAffinity.Preferred preferred =
        antiAffinity.preferredDuringSchedulingIgnoredDuringExecution();
    boolean required = antiAffinity.requiredDuringSchedulingIgnoredDuringExecution() != null;
    if ((preferred != null) == required) {
      errors.invalid(place, antiAffinity, "AntiAffinity must have exactly one strategy listed");
    }
    if (preferred != null && (preferred.weight() < 1 || preferred.weight() > 100)) {
      errors.invalid(
          place.hidden("preferredDuringSchedulingIgnoredDuringExecution").key("weight"),
          preferred.weight(),
          "AntiAffinity weight must be between 1-100");
    }
  }
}
