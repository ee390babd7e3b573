package dev.rollouts.api.experiment;

import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an experiment must be so that a controller runs it. Spec:
 * docs/spec/rollout-api.md#experiment-templates.
 */
public final class ExperimentRules {
  private static final int DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;

  private ExperimentRules() {}

  /**
   * What is wrong, by template and in the order in which a controller looks: it reports the first
   * (E-001).
   */
  public static List<Problem> check(Experiment experiment) {
    List<Problem> problems = new ArrayList<>();
    Set<String> names = new HashSet<>();
    ExperimentSpec spec = experiment.spec();
    int deadline =
        spec.progressDeadlineSeconds() == null
            ? DEFAULT_PROGRESS_DEADLINE_SECONDS
            : spec.progressDeadlineSeconds();
    for (int i = 0; i < spec.templates().size(); i++) {
      ExperimentTemplate template = spec.templates().get(i);
      Path path = Path.of("spec", "templates", i);
      if (template.selector() == null) {
        problems.add(
            Problem.invalid(
                path.key("selector"),
                "Rollout has missing field '.Spec.Templates[%s].Selector'".formatted(i)));
      } else if (template.selector().isEmpty()) {
        problems.add(
            Problem.invalid(
                path.key("selector"),
                "This experiment is selecting all pods at index %s. A non-empty selector is required."
                    .formatted(i)));
      }
      if (template.minReadySeconds() > deadline) {
        problems.add(
            Problem.invalid(
                path.key("minReadySeconds"),
                "MinReadySeconds cannot be longer than ProgressDeadlineSeconds. Check template index "
                    + i));
      }
      if (template.name().isEmpty()) {
        problems.add(
            Problem.invalid(
                path.key("name"),
                "Experiment %s has empty template name at index %s"
                    .formatted(experiment.metadata().name(), i)));
      } else if (!names.add(template.name())) {
        problems.add(
            Problem.invalid(
                path.key("name"),
                "Experiment %s has repeated template name '%s' in templates"
                    .formatted(experiment.metadata().name(), template.name())));
      }
    }
    return problems;
  }
}
