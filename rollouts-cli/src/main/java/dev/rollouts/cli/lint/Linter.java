package dev.rollouts.cli.lint;

import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Path;
import dev.rollouts.codec.Document;
import dev.rollouts.engine.condition.ConditionEvaluator;
import dev.rollouts.runner.Providers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds what is wrong with Rollouts, Experiments, AnalysisTemplates, ClusterAnalysisTemplates and
 * AnalysisRuns, and with what Rollouts refer to. Thread-safe.
 *
 * <p>All documents are judged together: templates that refer to each other, and arguments that one
 * declares and another uses, should be handed in at once. What is right nowhere is an error; what
 * may be right with a template that was not handed in is not.
 */
public final class Linter {
  private static final long EFFORT = 3_000_000;

  private static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::file)
          .thenComparing(each -> each.position().line())
          .thenComparing(each -> each.position().column())
          .thenComparing(Finding::severity)
          .thenComparing(Finding::rule);

  private final Providers providers;
  private final ConditionEvaluator conditions = new ConditionEvaluator();

  private Linter(Providers providers) {
    this.providers = providers;
  }

  /** A linter that knows the providers of the class path. */
  public static Linter standard() {
    return new Linter(Providers.discover());
  }

  /** A linter that takes these providers for those of the class path. */
  public static Linter knowing(Providers providers) {
    return new Linter(providers);
  }

  /** Everything that is to be said about the documents, by file and position. */
  public List<Finding> lint(List<Document> documents) {
    List<Subject> subjects = new ArrayList<>();
    Set<Finding> findings = new LinkedHashSet<>();
    List<Judged> objects = new ArrayList<>();
    Effort effort = new Effort(EFFORT);
    for (Document document : documents) {
      Consequences report = new Consequences(findings::add);
      FieldChecks.check(document, effort, report);
      Subject.of(document, report).ifPresent(subjects::add);
      objects.add(new Judged(document, report));
    }
    TemplateSet templates = new TemplateSet(subjects);
    checkNames(objects);
    checkDelivery(objects, templates, effort);
    ResultKinds kinds = new ResultKinds(providers);
    TemplateChecks templateChecks = new TemplateChecks(templates);
    ArgumentChecks argumentChecks = new ArgumentChecks(templates, effort);
    for (Subject subject : subjects) {
      templateChecks.check(subject);
      argumentChecks.check(subject);
      SecretChecks.check(subject);
      new PatternChecks(templates, effort).check(subject);
      for (MetricView metric : subject.metrics()) {
        MetricChecks.check(metric);
        new ProviderChecks(metric, providers, conditions).check();
        new ConditionChecks(metric, conditions, kinds, effort).check();
      }
    }
    return findings.stream().sorted(ORDER).toList();
  }

  /** Rollouts and Experiments, and how they get on with their neighbours. */
  private static void checkDelivery(List<Judged> objects, TemplateSet templates, Effort effort) {
    ObjectSet all = new ObjectSet(objects);
    List<Delivery> deliveries = new ArrayList<>();
    for (Judged each : objects) {
      if (each.document().object().orElse(null) instanceof Rollout rollout) {
        deliveries.add(Delivery.of(each, rollout, all));
      }
    }
    WorkloadChecks workloads = new WorkloadChecks(deliveries, all, effort);
    RolloutChecks rollouts = new RolloutChecks(all, templates, effort);
    ExperimentChecks experiments = new ExperimentChecks(templates, effort);
    for (Delivery each : deliveries) {
      rollouts.check(each);
      StepChecks.check(each, workloads.isAutoscaled(each));
      SettingChecks.check(each);
      RolloutAnalysisChecks.check(templates, each);
      experiments.check(each);
      PortChecks.check(all, each);
    }
    for (Judged each : objects) {
      if (each.document().object().orElse(null) instanceof Experiment experiment) {
        experiments.check(each, experiment);
      }
    }
    workloads.check();
  }

  private static void checkNames(List<Judged> objects) {
    Map<List<String>, Judged> seen = new HashMap<>();
    for (Judged each : objects) {
      Document document = each.document();
      if (document.name().isEmpty() || document.object().isEmpty()) {
        continue;
      }
      Judged first =
          seen.putIfAbsent(List.of(document.kind(), document.namespace(), document.name()), each);
      if (first != null) {
        each.report(
            Rule.DUPLICATE_OBJECT,
            Severity.WARNING,
            Path.of("metadata", "name"),
            "%s \"%s\" is already in %s:%s; the one applied last replaces the other"
                .formatted(
                    document.kind(),
                    document.name(),
                    first.document().file(),
                    first.document().positionOf(Path.root())),
            "give one of them another name or namespace");
      }
    }
  }
}
