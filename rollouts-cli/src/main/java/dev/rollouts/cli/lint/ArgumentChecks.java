package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.wire.Path;
import dev.rollouts.cli.lint.TemplateSet.Company;
import dev.rollouts.engine.analysis.args.Placeholders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Arguments and the placeholders that refer to them. Rules. */
final class ArgumentChecks {
  private final TemplateSet templates;
  private final Effort effort;
  private final Map<Subject, Set<String>> usedNames = new HashMap<>();

  ArgumentChecks(TemplateSet templates, Effort effort) {
    this.templates = templates;
    this.effort = effort;
  }

  /** A text in a metric, with its place. */
  private record Text(Path path, String text) {}

  void check(Subject subject) {
    checkDeclarations(subject);
    for (Text text : texts(subject)) {
      if (Substitution.isOpen(text.text())) {
        checkPlaceholders(subject, text);
      }
    }
    checkUnresolvedPlaces(subject);
    checkUnused(subject);
  }

  private static void checkDeclarations(Subject subject) {
    Map<String, Integer> seen = new HashMap<>();
    List<Argument> args = subject.spec().args();
    for (int i = 0; i < args.size(); i++) {
      Argument arg = args.get(i);
      Path path = Subject.at("args", i);
      Integer first = seen.putIfAbsent(arg.name(), i);
      if (first != null && !arg.name().isEmpty()) {
        subject.report(
            Rule.DUPLICATE_ARG,
            Severity.WARNING,
            path.key("name"),
            "argument \"%s\" is already args[%s]; %s"
                .formatted(
                    arg.name(),
                    first,
                    subject.isRun() ? "the later one counts" : "they are merged into one"),
            "remove one of them");
      }
      checkSources(subject, arg, path);
    }
  }

  private static void checkSources(Subject subject, Argument arg, Path path) {
    boolean secret = arg.secretKeyRef() != null;
    boolean field = arg.valueFrom() != null && arg.valueFrom().fieldRef() != null;
    if (arg.value() != null && (secret || field)) {
      subject.report(
          Rule.ARG_TWO_SOURCES,
          Severity.WARNING,
          path,
          "argument \"%s\" has a value and a valueFrom; %s%s"
              .formatted(
                  arg.name(),
                  secret ? "the secret counts" : "the value counts",
                  subject.isRun()
                      ? ""
                      : ", and a Rollout refuses the template in steps and in pre- and"
                          + " post-promotion analysis"),
          "keep one of them");
    } else if (field && !secret) {
      subject.report(
          Rule.UNSUPPLIED_ARG,
          subject.isRun() ? Severity.ERROR : Severity.WARNING,
          path.key("valueFrom"),
          "a fieldRef is never resolved here; without a literal from its creator the run ends in"
              + " Error",
          subject.isRun() ? "write value" : "remove valueFrom, so that creators must supply it");
    } else if (subject.isRun() && arg.value() == null && !secret) {
      subject.report(
          Rule.UNSUPPLIED_ARG,
          Severity.ERROR,
          path,
          "argument \"%s\" was not supplied; the run ends in Error".formatted(arg.name()),
          "add value, or valueFrom.secretKeyRef");
    }
  }

  private void checkPlaceholders(Subject subject, Text text) {
    List<String> inner = new ArrayList<>();
    if (!Placeholders.scan(text.text(), inner::add)) {
      subject.report(
          Rule.PLACEHOLDER,
          Severity.ERROR,
          text.path(),
          "a placeholder starts with {{ and has no end",
          "add }}");
    }
    for (String each : inner) {
      String name = Placeholders.argumentName(each);
      if (name == null) {
        subject.report(
            Rule.PLACEHOLDER,
            Severity.ERROR,
            text.path(),
            "failed to resolve {{%s}}; only {{args.<name>}} is known, and there is no escape for"
                    .formatted(cut(each))
                + " other uses of {{",
            "if the text shall have it, make it the value of an argument: values are not looked at"
                + " again");
      } else {
        checkReference(subject, text.path(), name);
      }
    }
  }

  private void checkReference(Subject subject, Path path, String name) {
    Argument arg = subject.argument(name);
    if (arg != null) {
      checkSecretInSetting(subject, path, arg);
      return;
    }
    List<Argument> args = subject.spec().args();
    String similar =
        effort.spend(args.size() * 50L)
            ? FieldAdvice.similar(name, args.stream().map(Argument::name).toList())
            : null;
    String remedy =
        similar == null ? "declare it under spec.args" : "write {{args." + similar + "}}";
    boolean elsewhere =
        !subject.isRun() && (templates.declares(name) || !templates.company(subject).complete());
    if (elsewhere) {
      subject.report(
          Rule.UNDECLARED_ARG,
          Severity.WARNING,
          path,
          "argument \"%s\" is not declared by this template; Rollouts refuse it in steps and in pre-"
                  .formatted(name)
              + " and post-promotion analysis, even when another template declares it",
          remedy);
    } else {
      subject.report(
          Rule.UNDECLARED_ARG,
          Severity.ERROR,
          path,
          "argument \"%s\" is not declared; the run ends in Error".formatted(name),
          remedy);
    }
  }

  /**
   * Decisions see a stand-in for secrets, so what the engine reads must not come from one.
   */
  private static void checkSecretInSetting(Subject subject, Path path, Argument arg) {
    if (arg.secretKeyRef() == null || path.segments().size() != 4) {
      return;
    }
    String field = String.valueOf(path.segments().get(3));
    switch (field) {
      case "interval", "initialDelay" ->
          subject.report(
              Rule.SECRET_IN_SETTING,
              Severity.ERROR,
              path,
              "%s comes from a secret, which is not read for it; the run is refused"
                  .formatted(field),
              "use an argument with a value, such as 1m");
      case "count",
          "failureLimit",
          "inconclusiveLimit",
          "consecutiveErrorLimit",
          "consecutiveSuccessLimit" ->
          subject.report(
              Rule.SECRET_IN_SETTING,
              Severity.WARNING,
              path,
              "%s comes from a secret, which is not read for it; it counts as 0".formatted(field),
              "use an argument with a value");
      case "name" ->
          subject.report(
              Rule.SECRET_IN_SETTING,
              Severity.WARNING,
              path,
              "the metric's name comes from a secret; results are kept under a stand-in",
              "use an argument with a value");
      default -> {}
    }
  }

  /** Rules and values are not templated, so a placeholder in them stays what it is. */
  private static void checkUnresolvedPlaces(Subject subject) {
    List<Text> texts = new ArrayList<>();
    for (String list : List.of("dryRun", "measurementRetention")) {
      Path path = Subject.at(list);
      collect(subject.document().valueAt(path), path, texts);
    }
    for (int i = 0; i < subject.spec().args().size(); i++) {
      Path path = Subject.at("args", i, "value");
      collect(subject.document().valueAt(path), path, texts);
    }
    for (Text text : texts) {
      if (text.text().contains("{{args.") || text.text().contains("{{ args.")) {
        subject.report(
            Rule.PLACEHOLDER,
            Severity.WARNING,
            text.path(),
            "placeholders are resolved in metrics only; here it stays as it is",
            "write the text that is meant");
      }
    }
  }

  private void checkUnused(Subject subject) {
    if (subject.spec().args().isEmpty()) {
      return;
    }
    Company company = templates.company(subject);
    if (!company.complete() || !effort.spend(company.members().size())) {
      return;
    }
    Set<String> used = new HashSet<>();
    company.members().forEach(member -> used.addAll(usedBy(member)));
    List<Argument> args = subject.spec().args();
    for (int i = 0; i < args.size(); i++) {
      Argument arg = args.get(i);
      if (!used.contains(arg.name()) && !arg.name().isEmpty()) {
        boolean demanded = !subject.isRun() && arg.value() == null && arg.valueFrom() == null;
        subject.report(
            Rule.UNUSED_ARG,
            demanded ? Severity.WARNING : Severity.INFO,
            Subject.at("args", i),
            "argument \"%s\" is not used%s"
                .formatted(arg.name(), demanded ? ", and yet a run without it is refused" : ""),
            "remove it, or write {{args." + arg.name() + "}} where it is meant");
      }
    }
  }

  private Set<String> usedBy(Subject subject) {
    return usedNames.computeIfAbsent(
        subject,
        each -> {
          Set<String> names = new HashSet<>();
          for (Text text : texts(each)) {
            Placeholders.scan(
                text.text(), inner -> names.add(String.valueOf(Placeholders.argumentName(inner))));
          }
          return names;
        });
  }

  /** Every text of the metrics, keys included, as written in the document. */
  private static List<Text> texts(Subject subject) {
    List<Text> texts = new ArrayList<>();
    Path metrics = Subject.at("metrics");
    collect(subject.document().valueAt(metrics), metrics, texts);
    return texts;
  }

  private static void collect(@Nullable Object tree, Path path, List<Text> texts) {
    if (tree instanceof String text) {
      texts.add(new Text(path, text));
    } else if (tree instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        collect(list.get(i), path.index(i), texts);
      }
    } else if (tree instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            Path inner = path.key((String) key);
            texts.add(new Text(inner, (String) key));
            collect(value, inner, texts);
          });
    }
  }

  private static String cut(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
