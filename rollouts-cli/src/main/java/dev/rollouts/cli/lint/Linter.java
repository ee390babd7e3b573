package dev.rollouts.cli.lint;

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
 * Finds what is wrong with AnalysisTemplates, ClusterAnalysisTemplates and AnalysisRuns.
 * Thread-safe.
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
    Effort effort = new Effort(EFFORT);
    for (Document document : documents) {
      FieldChecks.check(document, effort, findings::add);
      Subject.of(document, findings::add).ifPresent(subjects::add);
    }
    TemplateSet templates = new TemplateSet(subjects);
    checkNames(subjects);
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

  private static void checkNames(List<Subject> subjects) {
    Map<List<String>, Subject> seen = new HashMap<>();
    for (Subject subject : subjects) {
      Document document = subject.document();
      if (document.name().isEmpty()) {
        continue;
      }
      Subject first =
          seen.putIfAbsent(
              List.of(document.kind(), document.namespace(), document.name()), subject);
      if (first != null) {
        subject.report(
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
