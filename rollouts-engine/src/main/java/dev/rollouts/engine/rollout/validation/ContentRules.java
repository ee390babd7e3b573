package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.engine.rollout.validation.References.Named;
import dev.rollouts.engine.traffic.IngressChecks;
import dev.rollouts.engine.traffic.IstioRouter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Whether what a rollout refers to can be used: rows 60 to 70. What is absent is passed over. */
final class ContentRules {
  private final Rollout rollout;
  private final References references;
  private final RolloutObservations seen;
  private final FieldErrors errors;

  ContentRules(
      Rollout rollout, References references, RolloutObservations seen, FieldErrors errors) {
    this.rollout = rollout;
    this.references = references;
    this.seen = seen;
    this.errors = errors;
  }

  void check() {
    for (Named each : references.services()) {
      seen.objects().find(each.key()).ifPresent(service -> checkService(each, service));
    }
    List<References.Analysis> analyses = references.analyses();
    for (References.Analysis each : analyses) {
      new AnalysisRules(each, rollout, seen.templates(), errors).check();
    }
    for (Named each : references.ingresses()) {
      check(each, tree -> IngressChecks.ingress(tree, references.ingressService()));
    }
    for (References.Routed each : references.virtualServices()) {
      check(each.named(), tree -> IstioRouter.check(rollout, each.settings(), tree));
    }
    for (Named each : references.mappings()) {
      seen.objects().find(each.key()).ifPresent(mapping -> checkMapping(each, mapping));
    }
    for (Named each : references.meshServices()) {
      LookupRules.router(each, seen)
          .flatMap(seen.objects()::find)
          .flatMap(IngressChecks::virtualRouter)
          .ifPresent(detail -> errors.invalid(each.place(), each.name(), detail));
    }
  }

  private void check(Named reference, Function<JsonObject, Optional<String>> rule) {
    seen.objects()
        .find(reference.key())
        .flatMap(rule)
        .ifPresent(detail -> errors.invalid(reference.place(), reference.name(), detail));
  }

  private void checkService(Named reference, JsonObject service) {
    boolean known =
        rollout.spec().workloadRef() == null
            || !PodTemplateRules.isEmpty(rollout.spec().template().at("metadata", "labels"));
    if (known && service.at("spec", "selector") instanceof Map<?, ?> selector) {
      selector.forEach(
          (key, value) -> {
            Object label = rollout.spec().template().at("metadata", "labels", String.valueOf(key));
            if (!key.equals(RolloutKeys.POD_TEMPLATE_HASH)
                && (label == null || !String.valueOf(label).equals(String.valueOf(value)))) {
              errors.invalid(
                  reference.place(),
                  reference.name(),
                  "Service \"%s\" has unmatch label \"%s\" in rollout"
                      .formatted(reference.name(), key));
            }
          });
    }
    Object owner = service.at("metadata", "annotations", RolloutKeys.MANAGED_BY);
    if (owner != null && !owner.equals(rollout.metadata().name())) {
      errors.invalid(
          reference.place(),
          reference.name(),
          "Service \"%s\" is managed by another Rollout".formatted(reference.name()));
    }
  }

  private void checkMapping(Named reference, JsonObject mapping) {
    Object weight = mapping.at("spec", "weight");
    IngressChecks.ambassadorMapping(mapping)
        .ifPresent(
            detail ->
                errors.elsewhere(
                    "spec.weight", reference.place(), weight == null ? "" : weight, detail, false));
  }
}
