package dev.rollouts.cli;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.codec.Document;
import dev.rollouts.engine.analysis.AnalysisForecast;
import dev.rollouts.engine.analysis.templates.MergedTemplates;
import dev.rollouts.engine.analysis.templates.Supplied;
import dev.rollouts.engine.analysis.templates.TemplateMerge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a command is to run: a template, several merged ones, or the spec of a run.
 *
 * @param name of the template or run; several are joined by a plus
 * @param file where it, or the first of several, comes from
 * @param args those given that are declared
 * @param ignoredArgs given arguments that nothing declares
 */
record Subject(
    String name,
    String file,
    AnalysisSpec spec,
    Map<String, String> args,
    List<String> ignoredArgs) {
  Subject {
    args = Collections.unmodifiableMap(new LinkedHashMap<>(args));
    ignoredArgs = List.copyOf(ignoredArgs);
  }

  private static Subject of(
      String name, String file, AnalysisSpec spec, Map<String, String> given) {
    Set<String> declared =
        spec.args().stream().map(Argument::name).collect(Collectors.toUnmodifiableSet());
    Map<String, String> used = new LinkedHashMap<>(given);
    used.keySet().retainAll(declared);
    return new Subject(
        name,
        file,
        spec,
        used,
        given.keySet().stream().filter(arg -> !declared.contains(arg)).toList());
  }

  /**
   * Chooses among the objects given.
   *
   * @param names of templates or a run; empty for the only one, or the only one that no other
   *     template refers to
   * @throws CliException when there is no such object, when it is not clear which is meant, or when
   *     no run can be built from it
   */
  static Subject choose(Manifests manifests, List<String> names, Map<String, String> args) {
    Map<TemplateRef, Manifests.Template> templates = manifests.templates();
    List<Document> runs = manifests.runs();
    if (templates.isEmpty() && runs.isEmpty()) {
      throw CliException.badInput(
          "-f: no AnalysisTemplate, ClusterAnalysisTemplate or AnalysisRun in there"
              + manifests.inventory());
    }
    if (names.isEmpty()) {
      List<TemplateRef> roots = roots(templates);
      if (roots.size() == 1 && runs.isEmpty()) {
        return merge(templates, roots, args);
      }
      if (templates.isEmpty() && runs.size() == 1) {
        return ofRun(runs.get(0), args);
      }
      throw CliException.badInput(
          "-f: which of these? choose with --template: " + choices(templates.keySet(), runs));
    }
    List<TemplateRef> refs = new ArrayList<>();
    for (String name : names) {
      Optional<Document> run =
          runs.stream().filter(document -> document.name().equals(name)).findFirst();
      if (run.isPresent() && names.size() == 1) {
        return ofRun(run.get(), args);
      }
      TemplateRef namespaced = new TemplateRef(name, false);
      TemplateRef cluster = new TemplateRef(name, true);
      if (!templates.containsKey(namespaced) && !templates.containsKey(cluster)) {
        throw CliException.badInput(
            "--template %s: there is no such template; there is: %s"
                .formatted(name, choices(templates.keySet(), runs)));
      }
      refs.add(templates.containsKey(namespaced) ? namespaced : cluster);
    }
    return merge(templates, refs, args);
  }

  /** Templates that no other refers to; all of them if they refer to each other in a circle. */
  private static List<TemplateRef> roots(Map<TemplateRef, Manifests.Template> templates) {
    Set<TemplateRef> referred = new LinkedHashSet<>();
    templates.values().forEach(template -> referred.addAll(template.spec().templates()));
    List<TemplateRef> roots =
        templates.keySet().stream().filter(ref -> !referred.contains(ref)).toList();
    return roots.isEmpty() ? List.copyOf(templates.keySet()) : roots;
  }

  private static String choices(Set<TemplateRef> refs, List<Document> runs) {
    List<String> names = new ArrayList<>();
    refs.forEach(ref -> names.add(ref.templateName()));
    runs.forEach(run -> names.add(run.name()));
    String some = names.stream().limit(20).collect(Collectors.joining(", "));
    return names.size() > 20 ? some + ", … (" + names.size() + " in all)" : some;
  }

  private static Subject ofRun(Document document, Map<String, String> args) {
    AnalysisSpec spec = document.as(AnalysisRun.class).spec();
    List<Argument> merged = new ArrayList<>();
    for (Argument arg : spec.args()) {
      String given = args.get(arg.name());
      merged.add(given == null ? arg : Argument.of(arg.name(), given));
    }
    return of(document.name(), document.file(), spec.withArgs(merged), args);
  }

  private static Subject merge(
      Map<TemplateRef, Manifests.Template> templates,
      List<TemplateRef> refs,
      Map<String, String> args) {
    List<Argument> supplied = new ArrayList<>();
    args.forEach((name, value) -> supplied.add(Argument.of(name, value)));
    MergedTemplates merged =
        TemplateMerge.of(
                ref -> Optional.ofNullable(templates.get(ref)).map(Manifests.Template::spec))
            .merge(refs, Supplied.args(supplied));
    if (!merged.problems().isEmpty()) {
      throw CliException.badPlace(
          merged.problems().stream()
              .map(problem -> describe(problem, merged.spec(), templates))
              .collect(Collectors.joining("\n")));
    }
    return of(
        refs.stream().map(TemplateRef::templateName).collect(Collectors.joining(" + ")),
        templates.containsKey(refs.get(0)) ? templates.get(refs.get(0)).document().file() : "",
        merged.spec(),
        args);
  }

  /** A problem of the merged spec, at the place in the file where it can be mended. */
  private static String describe(
      Problem problem, AnalysisSpec spec, Map<TemplateRef, Manifests.Template> templates) {
    List<Object> path = problem.path().segments();
    if (path.size() == 2 && path.get(0).equals("args") && path.get(1) instanceof Integer index) {
      String name = spec.args().get(index).name();
      for (Manifests.Template template : templates.values()) {
        List<Argument> declared = template.spec().args();
        for (int i = 0; i < declared.size(); i++) {
          if (declared.get(i).name().equals(name)) {
            Document document = template.document();
            Path place = Path.of("spec", "args", i);
            return "%s:%s: %s: %s; supply it with --arg %s=VALUE"
                .formatted(
                    document.file(), document.positionOf(place), place, problem.message(), name);
          }
        }
      }
    }
    return templates.values().iterator().next().document().file()
        + ": "
        + problem.path()
        + ": "
        + problem.message();
  }

  /**
   * Refuses a spec that would end a run as Error before anything is measured; better said at once.
   *
   * @throws CliException if it cannot be run
   */
  void requireUsable() {
    String unusable =
        AnalysisForecast.of(spec, AnalysisRunStatus.pending(), Instant.EPOCH).unusable();
    if (unusable != null) {
      throw CliException.badPlace(
          "%s: %s: a run would end as Error before anything is measured: %s; rollouts lint tells where"
              .formatted(file, name, unusable));
    }
  }
}
