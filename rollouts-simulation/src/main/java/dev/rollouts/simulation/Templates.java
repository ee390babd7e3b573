package dev.rollouts.simulation;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.DocumentProblem;
import dev.rollouts.engine.analysis.templates.MergedTemplates;
import dev.rollouts.engine.analysis.templates.Supplied;
import dev.rollouts.engine.analysis.templates.TemplateMerge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * AnalysisTemplates, ClusterAnalysisTemplates and AnalysisRuns as files have them, ready to be
 * simulated. Reading is strict: a misspelt field is an error, so that a test does not pass because
 * a condition was ignored. Objects of other kinds are skipped. Immutable.
 */
public final class Templates {
  private final String name;
  private final Map<String, KubernetesObject> byName = new LinkedHashMap<>();

  private Templates(String name, List<Document> documents) {
    this.name = name;
    List<DocumentProblem> problems = new ArrayList<>();
    for (Document document : documents) {
      boolean ours = document.object().isPresent();
      document.problems().stream()
          .filter(problem -> ours || problem.kind() != DocumentProblem.Kind.OBJECT)
          .forEach(problems::add);
      document.object().ifPresent(object -> byName.put(object.metadata().name(), object));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          problems.stream().map(DocumentProblem::toString).collect(Collectors.joining("\n")));
    }
    if (byName.isEmpty()) {
      throw new IllegalArgumentException(
          name + ": no AnalysisTemplate, ClusterAnalysisTemplate or AnalysisRun in it");
    }
  }

  /**
   * Reads a file of YAML or JSON.
   *
   * @throws dev.rollouts.codec.CodecException if the file cannot be read
   * @throws IllegalArgumentException with file, line and column of every problem
   */
  public static Templates read(Path file) {
    return new Templates(file.toString(), Codec.standard().read(file));
  }

  /**
   * Reads a text.
   *
   * @param name what to call the text in messages
   * @throws IllegalArgumentException with line and column of every problem
   */
  public static Templates parse(String name, String text) {
    return new Templates(name, Codec.standard().read(name, text));
  }

  /** The names of the objects, in the order of the text. */
  public Set<String> names() {
    return Set.copyOf(byName.keySet());
  }

  /**
   * A simulation of the one object, or of the one template that no other one refers to.
   *
   * @throws IllegalArgumentException if there are several
   */
  public Simulation simulation(long seed) {
    Set<String> roots = new LinkedHashSet<>(byName.keySet());
    for (KubernetesObject object : byName.values()) {
      template(object)
          .ifPresent(spec -> spec.templates().forEach(ref -> roots.remove(ref.templateName())));
    }
    if (roots.size() != 1) {
      throw new IllegalArgumentException(
          "%s: which one of %s is to be simulated? Give its name"
              .formatted(name, roots.isEmpty() ? byName.keySet() : roots));
    }
    return simulation(roots.iterator().next(), seed);
  }

  /**
   * A simulation of one object; templates that it refers to are merged in.
   *
   * @throws IllegalArgumentException if there is no such object, or the templates do not fit
   *     together
   */
  public Simulation simulation(String objectName, long seed) {
    KubernetesObject object = byName.get(objectName);
    if (object == null) {
      throw new IllegalArgumentException(
          "%s: no object named \"%s\"; there are %s".formatted(name, objectName, byName.keySet()));
    }
    if (object instanceof AnalysisRun run) {
      return Simulation.of(run, seed);
    }
    boolean clusterScope = object instanceof ClusterAnalysisTemplate;
    MergedTemplates merged =
        TemplateMerge.of(this::find)
            .merge(List.of(new TemplateRef(objectName, clusterScope)), Supplied.nothing());
    List<Problem> problems =
        merged.problems().stream()
            .filter(problem -> !isMissingValue(problem, merged.spec()))
            .toList();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          problems.stream()
              .map(problem -> name + ": " + problem)
              .collect(Collectors.joining("\n")));
    }
    return Simulation.ofTemplate(merged.spec(), seed);
  }

  /** An argument that the simulation has yet to be given. */
  private static boolean isMissingValue(Problem problem, AnalysisSpec spec) {
    List<Object> path = problem.path().segments();
    if (path.size() == 2 && path.get(0).equals("args") && path.get(1) instanceof Integer index) {
      Argument arg = spec.args().get(index);
      return arg.value() == null && arg.valueFrom() == null;
    }
    return false;
  }

  private Optional<AnalysisTemplateSpec> find(TemplateRef ref) {
    KubernetesObject object = byName.get(ref.templateName());
    return object == null || ref.isClusterScoped() != object instanceof ClusterAnalysisTemplate
        ? Optional.empty()
        : template(object);
  }

  private static Optional<AnalysisTemplateSpec> template(KubernetesObject object) {
    if (object instanceof AnalysisTemplate template) {
      return Optional.of(template.spec());
    }
    return object instanceof ClusterAnalysisTemplate template
        ? Optional.of(template.spec())
        : Optional.empty();
  }
}
