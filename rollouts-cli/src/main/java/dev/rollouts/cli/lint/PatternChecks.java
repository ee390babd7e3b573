package dev.rollouts.cli.lint;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.rollouts.api.analysis.DryRun;
import dev.rollouts.api.analysis.MeasurementRetention;
import dev.rollouts.api.wire.Path;
import dev.rollouts.cli.lint.TemplateSet.Company;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules that choose metrics by regular expression. Rules. */
final class PatternChecks {
  private final TemplateSet templates;
  private final Effort effort;

  PatternChecks(TemplateSet templates, Effort effort) {
    this.templates = templates;
    this.effort = effort;
  }

  void check(Subject subject) {
    if (subject.spec().dryRun().isEmpty() && subject.spec().measurementRetention().isEmpty()) {
      return;
    }
    Company company = templates.company(subject);
    List<String> names = templates.metricNames(company);
    long rules =
        (long) subject.spec().dryRun().size() + subject.spec().measurementRetention().size();
    boolean complete =
        company.complete()
            && names.stream().noneMatch(Substitution::isOpen)
            && effort.spend(2 * rules * names.size());
    List<Pattern> dry = new ArrayList<>();
    List<DryRun> dryRun = subject.spec().dryRun();
    for (int i = 0; i < dryRun.size(); i++) {
      Path path = Subject.at("dryRun", i, "metricName");
      Pattern pattern = checkPattern(subject, path, dryRun.get(i).metricName(), names, complete);
      if (pattern != null) {
        dry.add(pattern);
      }
    }
    List<MeasurementRetention> retention = subject.spec().measurementRetention();
    for (int i = 0; i < retention.size(); i++) {
      Path path = Subject.at("measurementRetention", i, "metricName");
      checkPattern(subject, path, retention.get(i).metricName(), names, complete);
      if (retention.get(i).limit() <= 0) {
        subject.report(
            Rule.RETENTION_DEFAULT,
            Severity.INFO,
            Subject.at("measurementRetention", i, "limit"),
            "a limit of " + retention.get(i).limit() + " means the default, 10",
            "write 1 or more, or remove the rule");
      }
    }
    if (!names.isEmpty()
        && complete
        && names.stream()
            .allMatch(name -> dry.stream().anyMatch(each -> each.matcher(name).find()))) {
      subject.report(
          Rule.ALL_DRY_RUN,
          Severity.WARNING,
          Subject.at("dryRun"),
          "every metric is a dry run; the run is Successful whatever they measure",
          "remove the rules for the metrics that shall count");
    }
  }

  private static @Nullable Pattern checkPattern(
      Subject subject, Path path, String expression, List<String> names, boolean complete) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      subject.report(
          Rule.PATTERN_INVALID,
          Severity.ERROR,
          path,
          "\"%s\" is no regular expression (RE2): %s; it matches nothing and the run is refused"
              .formatted(expression, e.getDescription()),
          expression.equals("*") ? "write \".*\" for all metrics" : "correct the expression");
      return null;
    }
    if (complete && names.stream().noneMatch(name -> pattern.matcher(name).find())) {
      subject.report(
          Rule.PATTERN_UNMATCHED,
          subject.isRun() ? Severity.ERROR : Severity.WARNING,
          path,
          "\"%s\" matches no metric; a run without such a metric is refused".formatted(expression),
          names.isEmpty() ? "remove the rule" : "metrics are: " + String.join(", ", names));
    }
    return pattern;
  }
}
