package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentAnalysis;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.rollout.ExperimentStep;
import dev.rollouts.api.rollout.ExperimentStepAnalysis;
import dev.rollouts.api.rollout.ExperimentStepTemplate;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.engine.analysis.templates.Supplied;
import dev.rollouts.engine.analysis.templates.TemplateMerge;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the templates of an experiment's analyses make runs with the arguments that they get.
 * Rules E-031, E-032, E-040 and.
 */
final class ExperimentRunChecks {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}]*)(}})?");

  private final TemplateSet templates;
  private final Judged judged;
  private final Set<String> placeholders = new LinkedHashSet<>();

  private ExperimentRunChecks(
      TemplateSet templates, Judged judged, List<String> names, boolean ends) {
    this.templates = templates;
    this.judged = judged;
    for (String name : names) {
      placeholders.add("templates." + name + ".podTemplateHash");
      placeholders.add("templates." + name + ".replicaset.name");
    }
    placeholders.add("experiment.availableAt");
    if (ends) {
      placeholders.add("experiment.finishedAt");
    }
  }

  static void check(TemplateSet templates, Judged judged, Experiment experiment) {
    List<String> names =
        experiment.spec().templates().stream().map(ExperimentTemplate::name).toList();
    ExperimentRunChecks checks =
        new ExperimentRunChecks(templates, judged, names, !experiment.spec().duration().isEmpty());
    List<ExperimentAnalysis> analyses = experiment.spec().analyses();
    for (int i = 0; i < analyses.size(); i++) {
      ExperimentAnalysis each = analyses.get(i);
      TemplateRef ref = new TemplateRef(each.templateName(), each.clusterScope());
      Path path = Path.of("spec", "analyses", i);
      checks.checkDeclared(ref, each.args(), path);
      checks.check(
          ref,
          new Supplied(
              each.args(), experiment.spec().dryRun(), experiment.spec().measurementRetention()),
          path);
    }
  }

  /** An experiment that is a step of a canary; whether arguments are declared is known already. */
  static void check(TemplateSet templates, Delivery delivery, ExperimentStep step, Path path) {
    List<String> names = step.templates().stream().map(ExperimentStepTemplate::name).toList();
    ExperimentRunChecks checks =
        new ExperimentRunChecks(templates, delivery.judged(), names, !step.duration().isEmpty());
    for (int i = 0; i < step.analyses().size(); i++) {
      ExperimentStepAnalysis each = step.analyses().get(i);
      List<Argument> args =
          each.args().stream().map(arg -> Argument.of(arg.name(), arg.value())).toList();
      checks.check(
          new TemplateRef(each.templateName(), each.clusterScope()),
          new Supplied(args, step.dryRun(), List.of()),
          path.key("analyses").index(i));
    }
  }

  private Optional<Subject> template(TemplateRef ref) {
    return templates
        .find(ref, judged.document().namespace())
        .filter(each -> templates.isComplete(each) && !templates.isInCircle(each));
  }

  private void check(TemplateRef ref, Supplied supplied, Path path) {
    checkPlaceholders(supplied.args(), path.key("args"));
    template(ref)
        .ifPresent(
            template -> {
              Set<String> known = new HashSet<>();
              merge(template, Supplied.args(List.of()))
                  .forEach(problem -> known.add(problem.message()));
              for (Problem problem : merge(template, supplied)) {
                boolean unresolved = problem.message().endsWith(" was not resolved");
                if (unresolved) {
                  reportUnresolved(problem, path);
                } else if (!known.contains(problem.message())) {
                  judged.report(
                      Rule.TEMPLATE_CONFLICT,
                      Severity.ERROR,
                      path.key("templateName"),
                      problem.message(),
                      "remove one of them");
                }
              }
            });
  }

  private void reportUnresolved(Problem problem, Path path) {
    String name =
        problem.message().substring("args.".length(), problem.message().indexOf(" was not"));
    judged.report(
        Rule.UNSUPPLIED_ARG,
        Severity.ERROR,
        path,
        "argument \"%s\" was not supplied; the experiment ends in Error".formatted(name),
        "add it to args");
  }

  private List<Problem> merge(Subject template, Supplied supplied) {
    return TemplateMerge.of(
            ref ->
                ref.equals(template.ref())
                    ? Optional.of(template.spec())
                    : Optional.of(
                        templates
                            .find(ref, template)
                            .map(Subject::spec)
                            .orElse(AnalysisTemplateSpec.of())))
        .merge(List.of(template.ref()), supplied)
        .problems();
  }

  private void checkDeclared(TemplateRef ref, List<Argument> args, Path path) {
    Optional<Subject> template = template(ref);
    if (template.isEmpty()) {
      return;
    }
    List<Subject> members = templates.closure(template.get());
    for (int i = 0; i < args.size(); i++) {
      String name = args.get(i).name();
      if (members.stream().allMatch(each -> each.argument(name) == null)) {
        judged.report(
            Rule.ARG_IGNORED,
            Severity.WARNING,
            path.key("args").index(i).key("name"),
            "no template declares argument \"%s\"; it is ignored".formatted(name),
            RolloutAnalysisChecks.similar(name, Set.copyOf(members)));
      }
    }
  }

  private void checkPlaceholders(List<Argument> args, Path path) {
    for (int i = 0; i < args.size(); i++) {
      String value = args.get(i).value();
      Matcher found = PLACEHOLDER.matcher(value == null ? "" : value);
      while (found.find()) {
        if (found.group(2) == null || !placeholders.contains(found.group(1).strip())) {
          judged.report(
              Rule.PLACEHOLDER,
              Severity.ERROR,
              path.index(i).key("value"),
              found.group(2) == null
                  ? "{{ without }}; the experiment ends in Error"
                  : "nothing stands for {{%s}} here; the experiment ends in Error"
                      .formatted(found.group(1)),
              "there is " + String.join(", ", placeholders));
        }
      }
    }
  }
}
