package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentAnalysis;
import dev.rollouts.api.experiment.ExperimentRules;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.ExperimentStep;
import dev.rollouts.api.rollout.ExperimentStepAnalysis;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.engine.rollout.validation.FieldError;
import dev.rollouts.engine.rollout.validation.RolloutValidation;
import java.util.List;
import java.util.Optional;

/** Experiments, by themselves and as steps. Rules E-001, E-021, E-030, R-371. */
final class ExperimentChecks {
  private final TemplateSet templates;
  private final Effort effort;

  ExperimentChecks(TemplateSet templates, Effort effort) {
    this.templates = templates;
    this.effort = effort;
  }

  void check(Judged judged, Experiment experiment) {
    for (Problem problem : ExperimentRules.check(experiment)) {
      judged.report(
          Rule.EXPERIMENT_INVALID,
          Severity.ERROR,
          problem.path(),
          problem.message(),
          Remedies.of(problem.message()));
    }
    Path spec = Path.of("spec");
    List<ExperimentTemplate> all = experiment.spec().templates();
    for (int i = 0; i < all.size(); i++) {
      Path path = spec.key("templates").index(i).key("template");
      for (FieldError error :
          RolloutValidation.podTemplate(all.get(i).template(), all.get(i).selector())) {
        judged.report(
            Rule.POD_TEMPLATE_INVALID,
            Severity.ERROR,
            error.path().under(path.parent()),
            error.text(),
            Remedies.of(error.text()));
      }
      RolloutChecks.checkPodFields(judged, all.get(i).template(), path, effort);
    }
    checkEnd(
        judged,
        experiment.spec().duration(),
        experiment.spec().analyses().stream().anyMatch(ExperimentAnalysis::requiredForCompletion),
        spec,
        "it runs until somebody terminates it");
    ExperimentRunChecks.check(templates, judged, experiment);
    for (int i = 0; i < experiment.spec().analyses().size(); i++) {
      ExperimentAnalysis each = experiment.spec().analyses().get(i);
      checkTemplate(
          judged,
          new TemplateRef(each.templateName(), each.clusterScope()),
          spec.key("analyses").index(i).key("templateName"));
    }
  }

  /** Experiments that are steps of a canary. */
  void check(Delivery delivery) {
    CanaryStrategy canary = delivery.canary();
    if (canary == null) {
      return;
    }
    for (int i = 0; i < canary.steps().size(); i++) {
      CanaryStep step = canary.steps().get(i);
      if (step.experiment() != null) {
        check(delivery, step.experiment(), Delivery.CANARY.key("steps").index(i).key("experiment"));
      }
    }
  }

  private void check(Delivery delivery, ExperimentStep experiment, Path path) {
    for (int i = 0; i < experiment.templates().size(); i++) {
      String specRef = experiment.templates().get(i).specRef();
      if (!specRef.equals("canary") && !specRef.equals("stable") && !specRef.isEmpty()) {
        delivery.report(
            Rule.EXPERIMENT_INVALID,
            Severity.ERROR,
            path.key("templates").index(i).key("specRef"),
            "Invalid template step SpecRef: must be canary or stable",
            "write canary or stable");
      }
    }
    checkTraffic(delivery, experiment, path);
    ExperimentRunChecks.check(templates, delivery, experiment, path);
    checkEnd(
        delivery.judged(),
        experiment.duration(),
        experiment.analyses().stream().anyMatch(ExperimentStepAnalysis::requiredForCompletion),
        path,
        "the step never ends by itself");
    for (int i = 0; i < experiment.analyses().size(); i++) {
      ExperimentStepAnalysis each = experiment.analyses().get(i);
      checkTemplate(
          delivery.judged(),
          new TemplateRef(each.templateName(), each.clusterScope()),
          path.key("analyses").index(i).key("templateName"));
    }
  }

  /** Traffic needs a Service, and a Service needs ports (E-013). */
  private static void checkTraffic(Delivery delivery, ExperimentStep experiment, Path path) {
    if (!delivery.isResolved() || PortChecks.hasPorts(delivery.resolved().spec().template())) {
      return;
    }
    for (int i = 0; i < experiment.templates().size(); i++) {
      if (experiment.templates().get(i).weight() != null) {
        delivery.report(
            Rule.SETTING_IGNORED,
            Severity.WARNING,
            path.key("templates").index(i).key("weight"),
            "no container declares a port, so the template has no Service and gets no traffic",
            "add ports to the container");
      }
    }
  }

  private static void checkEnd(
      Judged judged, String duration, boolean required, Path path, String consequence) {
    if (!duration.isEmpty() && GoDuration.tryParse(duration).isEmpty()) {
      judged.report(
          Rule.EXPERIMENT_ENDLESS,
          Severity.WARNING,
          path.key("duration"),
          "\"%s\" is no duration and counts as none; %s".formatted(duration, consequence),
          "write a duration such as 30m");
    } else if (duration.isEmpty() && !required) {
      judged.report(
          Rule.EXPERIMENT_ENDLESS,
          Severity.WARNING,
          path,
          "without duration, and without an analysis that is requiredForCompletion, " + consequence,
          "add duration");
    }
  }

  private void checkTemplate(Judged judged, TemplateRef ref, Path path) {
    Optional<Subject> template = templates.find(ref, judged.document().namespace());
    if (template.isEmpty() && !ref.templateName().isEmpty()) {
      judged.report(
          Rule.TEMPLATE_NOT_FOUND,
          Severity.INFO,
          path,
          "%s '%s' is not among the files; what it says is not checked"
              .formatted(
                  ref.isClusterScoped() ? "ClusterAnalysisTemplate" : "AnalysisTemplate",
                  ref.templateName()),
          "hand its file in too");
    }
  }
}
