package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.api.rollout.RolloutStrategy;
import java.util.List;

/** What a spec must be whatever its strategy: rows 1 to 13. */
final class SpecRules {
  private static final Place SPEC = Place.of("spec");

  private final RolloutSpec spec;
  private final boolean resolved;
  private final FieldErrors errors;

  private SpecRules(RolloutSpec spec, boolean resolved, FieldErrors errors) {
    this.spec = spec;
    this.resolved = resolved;
    this.errors = errors;
  }

  /**
   * Reports what is wrong.
   *
   * @param resolved whether the template is that of the workload, where one is referred to
   */
  static void check(RolloutSpec spec, boolean resolved, FieldErrors errors) {
    SpecRules rules = new SpecRules(spec, resolved, errors);
    if (spec.replicas() != null) {
      errors.nonNegative(SPEC.key("replicas"), spec.replicas());
    }
    boolean selects = rules.checkSelector();
    rules.checkTemplate(selects);
    rules.checkNumbers();
    rules.checkStrategy();
  }

  /** Whether there is a selector to speak of. */
  private boolean checkSelector() {
    LabelSelector selector = spec.selector();
    Place place = SPEC.key("selector");
    if (selector == null) {
      if (spec.workloadRef() == null) {
        errors.required(place, "Rollout has missing field '.spec.selector'");
      }
      return true;
    }
    FieldErrors malformed = new FieldErrors();
    Names.checkSelector(selector, place, malformed);
    errors.addAll(malformed);
    if (selector.isEmpty() && spec.workloadRef() == null) {
      errors.invalid(place, selector, "empty selector is invalid for deployment");
    }
    return malformed.isEmpty();
  }

  private void checkTemplate(boolean selects) {
    Place place = SPEC.key("template");
    boolean foreign = spec.workloadRef() != null && !resolved;
    boolean written =
        !PodTemplateRules.isEmpty(spec.template().at("metadata", "labels"))
            || !PodTemplateRules.isEmpty(spec.template().at("metadata", "annotations"));
    if (foreign && written) {
      errors.internal(place, "template must be empty for workload reference rollout");
    }
    if (!selects) {
      errors.invalid(SPEC.key("selector"), spec.selector(), "invalid label selector");
    } else if (!foreign || written) {
      PodTemplateRules.check(spec.template().fields(), spec.selector(), place, errors);
    }
  }

  private void checkNumbers() {
    errors.nonNegative(SPEC.key("minReadySeconds"), spec.minReadySeconds());
    if (spec.revisionHistoryLimit() != null) {
      errors.nonNegative(SPEC.key("revisionHistoryLimit"), spec.revisionHistoryLimit());
    }
    Place deadlinePlace = SPEC.key("progressDeadlineSeconds");
    long deadline = EffectiveRollout.of(spec).progressDeadline().toSeconds();
    errors.nonNegative(deadlinePlace, deadline);
    if (deadline <= spec.minReadySeconds()) {
      errors.invalid(deadlinePlace, deadline, "must be greater than minReadySeconds");
    }
  }

  private void checkStrategy() {
    RolloutStrategy strategy = spec.strategy();
    Place place = SPEC.key("strategy");
    if (strategy.canary() == null && strategy.blueGreen() == null) {
      errors.required(
          place.shown("strategy"),
          "Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'");
    } else if (strategy.canary() != null && strategy.blueGreen() != null) {
      errors.invalid(
          place.shown("strategy"),
          List.of("blueGreen", "canary"),
          "Multiple Strategies can not be listed");
    } else if (strategy.blueGreen() != null) {
      BlueGreenRules.check(spec, strategy.blueGreen(), place.hidden("blueGreen"), errors);
    } else if (strategy.canary() != null) {
      new CanaryRules(strategy.canary(), place.hidden("canary"), errors).check();
    }
  }
}
