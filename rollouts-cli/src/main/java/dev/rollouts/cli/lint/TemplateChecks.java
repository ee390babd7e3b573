package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.engine.analysis.templates.Supplied;
import dev.rollouts.engine.analysis.templates.TemplateLookup;
import dev.rollouts.engine.analysis.templates.TemplateMerge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** References between templates and what merging them comes to. Rules. */
final class TemplateChecks {
  private final TemplateSet templates;
  private final Map<Subject, List<Problem>> faults = new HashMap<>();

  TemplateChecks(TemplateSet templates) {
    this.templates = templates;
  }

  void check(Subject subject) {
    if (subject.spec().metrics().isEmpty() && subject.spec().templates().isEmpty()) {
      subject.report(
          Rule.NO_METRICS,
          subject.isRun() ? Severity.ERROR : Severity.WARNING,
          Subject.at("metrics"),
          subject.isRun()
              ? "no metrics specified"
              : "the template has neither metrics nor templates; a run of it alone is refused",
          "add a metric");
    }
    if (subject.isRun()) {
      return;
    }
    checkReferences(subject);
    checkMerge(subject);
  }

  private void checkReferences(Subject subject) {
    List<TemplateRef> refs = subject.spec().templates();
    for (int i = 0; i < refs.size(); i++) {
      TemplateRef ref = refs.get(i);
      Path path = Subject.at("templates", i, "templateName");
      if (ref.templateName().isEmpty()) {
        subject.report(
            Rule.TEMPLATE_CONFLICT,
            Severity.ERROR,
            path,
            "a reference without templateName finds no template",
            "add templateName");
      } else if (templates.find(ref, subject).isEmpty()) {
        TemplateRef other = new TemplateRef(ref.templateName(), !ref.isClusterScoped());
        subject.report(
            Rule.TEMPLATE_NOT_FOUND,
            Severity.INFO,
            path,
            "%s \"%s\" is not among the files; what it brings is not checked"
                .formatted(kind(ref), ref.templateName()),
            templates.find(other, subject).isPresent()
                ? "there is %s of that name; write clusterScope: %s"
                    .formatted(article(other), other.isClusterScoped())
                : "hand its file in too");
      }
    }
  }

  private static String kind(TemplateRef ref) {
    return ref.isClusterScoped() ? "ClusterAnalysisTemplate" : "AnalysisTemplate";
  }

  private static String article(TemplateRef ref) {
    return (ref.isClusterScoped() ? "a " : "an ") + kind(ref);
  }

  /**
   * Faults are reported once: at the innermost template that has them, and of templates in a circle
   * at the first.
   */
  private void checkMerge(Subject subject) {
    if (!templates.firstOfCircle(subject).equals(subject)) {
      return;
    }
    Set<Problem> innerFaults = new LinkedHashSet<>();
    for (Subject inner : templates.references(subject)) {
      if (!templates.reaches(inner, subject)) {
        faults(inner).forEach(fault -> innerFaults.add(messageOnly(fault)));
      }
    }
    for (Problem fault : faults(subject)) {
      if (!innerFaults.contains(messageOnly(fault))) {
        report(subject, fault);
      }
    }
  }

  private static Problem messageOnly(Problem problem) {
    return Problem.invalid(Path.root(), problem.message());
  }

  private List<Problem> faults(Subject subject) {
    List<Problem> known = faults.get(subject);
    if (known == null) {
      known = merge(subject);
      faults.put(subject, known);
    }
    return known;
  }

  private List<Problem> merge(Subject subject) {
    Set<Subject> members = new LinkedHashSet<>(templates.closure(subject));
    TemplateLookup lookup =
        ref ->
            ref.equals(subject.ref())
                ? Optional.of(subject.spec())
                : Optional.of(
                    templates
                        .find(ref, subject)
                        .filter(members::contains)
                        .map(Subject::spec)
                        .orElse(AnalysisTemplateSpec.of()));
    List<Argument> supplied = new ArrayList<>();
    for (Subject member : members) {
      for (Argument arg : member.spec().args()) {
        if (arg.value() == null) {
          supplied.add(Argument.of(arg.name(), ""));
        }
      }
    }
    return TemplateMerge.of(lookup)
        .merge(List.of(subject.ref()), Supplied.args(supplied))
        .problems();
  }

  private void report(Subject subject, Problem fault) {
    boolean alone = subject.spec().templates().isEmpty();
    String message = fault.message();
    if (message.contains("circle")) {
      if (!templates.isInCircle(subject)) {
        return;
      }
      int remedy = message.lastIndexOf("; ");
      subject.report(
          Rule.TEMPLATE_CYCLE,
          Severity.ERROR,
          Subject.at("templates"),
          message.substring(0, remedy),
          message.substring(remedy + 2));
      return;
    }
    boolean metric = message.startsWith("two metrics");
    String argument = message.startsWith("Argument `") ? message.split("`", 3)[1] : "";
    if (SecretChecks.isCredential(argument)) {
      message = "Argument `%s` specified multiple times with different values".formatted(argument);
    }
    subject.report(
        metric ? Rule.DUPLICATE_METRIC : Rule.TEMPLATE_CONFLICT,
        Severity.ERROR,
        alone ? fault.path().under(Path.of("spec")) : Subject.at("templates"),
        message,
        metric
            ? "give one of them another name"
            : message.startsWith("Argument")
                ? "leave the value to one template, or give the argument another name"
                : "remove one of the rules");
  }
}
