package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.DryRun;
import dev.rollouts.api.analysis.MeasurementRetention;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutAnalysis;
import dev.rollouts.api.rollout.RolloutArgument;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.engine.analysis.args.Placeholders;
import dev.rollouts.engine.analysis.args.UnresolvedArgumentException;
import dev.rollouts.engine.analysis.templates.Supplied;
import dev.rollouts.engine.analysis.templates.TemplateMerge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether the templates of one analysis make a run, and one that ends: rows 62 to 66. */
final class AnalysisRules {
  private static final String PLACEHOLDER = "dummy-value";

  private final References.Analysis reference;
  private final RolloutAnalysis analysis;
  private final Rollout rollout;
  private final Map<TemplateRef, AnalysisTemplateSpec> templates;
  private final FieldErrors errors;

  AnalysisRules(
      References.Analysis reference,
      Rollout rollout,
      Map<TemplateRef, AnalysisTemplateSpec> templates,
      FieldErrors errors) {
    this.reference = reference;
    this.analysis = reference.analysis();
    this.rollout = rollout;
    this.templates = templates;
    this.errors = errors;
  }

  void check() {
    Set<TemplateRef> refs = new LinkedHashSet<>();
    boolean complete = true;
    for (TemplateRef ref : analysis.templates()) {
      complete &= collect(ref, refs);
    }
    if (refs.isEmpty() || !complete) {
      return;
    }
    List<TemplateRef> ordered = new ArrayList<>();
    refs.stream().filter(each -> !each.isClusterScoped()).forEach(ordered::add);
    refs.stream().filter(TemplateRef::isClusterScoped).forEach(ordered::add);
    if (merges(ordered)) {
      for (TemplateRef ref : ordered) {
        checkTemplate(ref.templateName(), template(ref));
      }
    }
  }

  /** Whether the template and all that it refers to are there. */
  private boolean collect(TemplateRef ref, Set<TemplateRef> refs) {
    AnalysisTemplateSpec template = templates.get(ref);
    if (template == null) {
      return false;
    }
    boolean complete = true;
    if (refs.add(ref)) {
      for (TemplateRef nested : template.templates()) {
        complete &= collect(nested, refs);
      }
    }
    return complete;
  }

  private AnalysisTemplateSpec template(TemplateRef ref) {
    return templates.getOrDefault(ref, AnalysisTemplateSpec.of());
  }

  /** Rows 62 and 63. */
  private boolean merges(List<TemplateRef> refs) {
    String names =
        "templateNames: ["
            + String.join(" ", refs.stream().map(TemplateRef::templateName).toList())
            + "]";
    List<Argument> args =
        analysis.args().stream().map(each -> Argument.of(each.name(), each.value())).toList();
    List<Problem> problems = problems(args, List.of(), List.of());
    CanaryStrategy canary = rollout.spec().strategy().canary();
    if (problems.isEmpty() && canary != null) {
      problems = new ArrayList<>();
      for (CanaryStep step : canary.steps()) {
        RolloutAnalysis other = step.analysis();
        if (other != null
            && !(other.dryRun().isEmpty() && other.measurementRetention().isEmpty())) {
          problems.addAll(problems(args, other.dryRun(), other.measurementRetention()));
        }
      }
    }
    problems.forEach(each -> errors.invalid(reference.place(), names, each.message()));
    return problems.isEmpty();
  }

  private List<Problem> problems(
      List<Argument> args, List<DryRun> dryRun, List<MeasurementRetention> retention) {
    return TemplateMerge.of(ref -> Optional.ofNullable(templates.get(ref)))
        .merge(analysis.templates(), new Supplied(args, dryRun, retention))
        .problems();
  }

  private void checkTemplate(String name, AnalysisTemplateSpec template) {
    if (reference.background()) {
      checkSupplied(name, template);
      return;
    }
    try {
      Map<String, String> values = values(template);
      List<Metric> metrics = new ArrayList<>();
      for (Metric metric : template.metrics()) {
        metrics.add(Placeholders.resolve(metric, values));
      }
      metrics.forEach(each -> checkFinite(name, each));
    } catch (UnresolvedArgumentException unresolved) {
      errors.invalid(
          reference.place(), name, "AnalysisTemplate " + name + ": " + unresolved.getMessage());
    }
  }

  /**
   * Row 65: the template's own arguments; the rollout's literal or a stand-in for a missing one.
   */
  private Map<String, String> values(AnalysisTemplateSpec template)
      throws UnresolvedArgumentException {
    Map<String, String> values = new LinkedHashMap<>();
    for (Argument arg : template.args()) {
      if (arg.value() != null && arg.valueFrom() != null) {
        throw new UnresolvedArgumentException(
            "arg '%s' has both Value and ValueFrom fields".formatted(arg.name()));
      }
      values.put(arg.name(), arg.value() == null ? supplied(arg.name()) : arg.value());
    }
    return values;
  }

  private String supplied(String name) {
    return analysis.args().stream()
        .filter(each -> each.name().equals(name) && !each.value().isEmpty())
        .map(RolloutArgument::value)
        .findFirst()
        .orElse(PLACEHOLDER);
  }

  /** Row 64. */
  private void checkFinite(String name, Metric metric) {
    boolean counted = metric.count() != null && metric.count().intValue() != 0;
    boolean repeated = metric.interval() != null && !metric.interval().isEmpty();
    if (repeated && !counted) {
      errors.invalid(
          reference.place(),
          name,
          "AnalysisTemplate %s has metric %s which runs indefinitely. Invalid value for count: %s"
              .formatted(name, metric.name(), metric.count() == null ? "<nil>" : metric.count()));
    }
  }

  /** Row 66. */
  private void checkSupplied(String name, AnalysisTemplateSpec template) {
    for (Argument arg : template.args()) {
      if (arg.value() != null || arg.valueFrom() != null) {
        continue;
      }
      if (analysis.args().isEmpty()) {
        errors.invalid(reference.place(), name, "missing analysis arguments in rollout spec");
      } else if (analysis.args().stream().noneMatch(each -> each.name().equals(arg.name()))) {
        errors.invalid(reference.place(), name, arg.name());
      }
    }
  }
}
