package dev.rollouts.cli.lint;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Path;
import dev.rollouts.engine.hash.PodTemplateFields;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.engine.rollout.validation.FieldError;
import dev.rollouts.engine.rollout.validation.RolloutValidation;
import dev.rollouts.engine.traffic.RouterSettings;
import java.util.Collection;

/** What a controller refuses a rollout for. Rules: docs/spec/rollout-api.md#validation. */
final class RolloutChecks {
  private static final RouterSettings SETTINGS = RouterSettings.defaults();
  private static final Path TEMPLATE = Path.of("spec", "template");

  private final ObjectSet objects;
  private final TemplateSet templates;
  private final Effort effort;

  RolloutChecks(ObjectSet objects, TemplateSet templates, Effort effort) {
    this.objects = objects;
    this.templates = templates;
    this.effort = effort;
  }

  void check(Delivery delivery) {
    for (FieldError error : RolloutValidation.spec(delivery.resolved(), delivery.isResolved())) {
      report(
          delivery,
          error,
          delivery.written().spec().workloadRef() == null || !delivery.isResolved());
    }
    checkPodFields(delivery);
    RolloutObservations seen =
        FileObservations.of(
            delivery.resolved(),
            delivery.namespace(),
            objects,
            ref -> templates.find(ref, delivery.namespace()).map(Subject::spec));
    for (FieldError error : RolloutValidation.lookups(delivery.resolved(), seen, SETTINGS)) {
      if (error.absent()) {
        delivery.report(
            error.detail().contains("Template '")
                ? Rule.TEMPLATE_NOT_FOUND
                : Rule.REFERENCE_NOT_FOUND,
            Severity.INFO,
            error.path(),
            error
                .detail()
                .replace(" not found", " is not among the files; what it says is not checked"),
            "hand its file in too");
      } else {
        report(delivery, error, true);
      }
    }
    if (effort.spend(mergeSteps(delivery))) {
      for (FieldError error : RolloutValidation.contents(delivery.resolved(), seen, SETTINGS)) {
        report(delivery, error, true);
      }
    }
  }

  /** Every analysis is merged with the rules of every step. */
  private static long mergeSteps(Delivery delivery) {
    long analyses = 1;
    long refs = 1;
    if (delivery.canary() != null) {
      for (CanaryStep step : delivery.canary().steps()) {
        if (step.analysis() != null) {
          analyses++;
          refs += step.analysis().templates().size();
        }
      }
    }
    return analyses * refs;
  }

  /**
   * Reports an error.
   *
   * @param own whether the place is in this document; an error in the template of a workload is
   *     reported where the rollout refers to it
   */
  private static void report(Delivery delivery, FieldError error, boolean own) {
    boolean pod = error.field().startsWith("spec.template");
    boolean reference =
        error.field().startsWith("spec.strategy.canary.")
            || error.field().startsWith("spec.strategy.blueGreen.")
            || error.field().equals("spec.weight");
    boolean elsewhere = pod && !own;
    String message = elsewhere ? "the template of the workload: " + error : error.text();
    delivery.report(
        pod ? Rule.POD_TEMPLATE_INVALID : reference ? Rule.REFERENCE_INVALID : Rule.ROLLOUT_INVALID,
        Severity.ERROR,
        elsewhere ? Path.of("spec", "workloadRef") : error.path(),
        message,
        Remedies.of(error.text()));
  }

  private void checkPodFields(Delivery delivery) {
    checkPodFields(delivery.judged(), delivery.written().spec().template(), TEMPLATE, effort);
  }

  /** Fields that a pod template does not have. */
  static void checkPodFields(Judged judged, JsonObject template, Path path, Effort effort) {
    for (Path unknown : PodTemplateFields.unknown(template)) {
      String key = String.valueOf(unknown.segments().get(unknown.segments().size() - 1));
      Collection<String> known = PodTemplateFields.known(unknown.parent());
      String similar = effort.spend(known.size() * 50L) ? FieldAdvice.similar(key, known) : null;
      judged
          .findings()
          .accept(
              new Finding(
                  judged.document().file(),
                  judged.document().keyPositionOf(unknown.under(path)),
                  Severity.WARNING,
                  Rule.UNKNOWN_FIELD,
                  unknown.under(path),
                  "a pod template has no such field here; the API server drops it",
                  similar == null ? "remove it" : "write " + similar));
    }
  }
}
