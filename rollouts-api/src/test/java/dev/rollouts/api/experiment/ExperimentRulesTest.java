package dev.rollouts.api.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.Problem;
import dev.rollouts.api.wire.Wire;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an experiment must be. */
class ExperimentRulesTest {
  private static final Map<String, Object> SELECTOR = Map.of("matchLabels", Map.of("app", "web"));

  private static Map<String, Object> template(String name) {
    Map<String, Object> template = new LinkedHashMap<>();
    template.put("name", name);
    template.put("selector", SELECTOR);
    template.put("template", Map.of("spec", Map.of()));
    return template;
  }

  private static List<String> problems(
      Map<String, Object> spec, List<Map<String, Object>> templates) {
    Map<String, Object> all = new LinkedHashMap<>(spec);
    all.put("templates", templates);
    Experiment experiment =
        Wire.decode(Experiment.class, Map.of("metadata", Map.of("name", "exp"), "spec", all))
            .value();
    return ExperimentRules.check(experiment).stream().map(Problem::toString).toList();
  }

  @Test
  @DisplayName("E-001 analysis-api 9: a valid experiment has no problems")
  void nothingWrong() {
    assertThat(problems(Map.of(), List.of(template("a"), template("b")))).isEmpty();
  }

  @Test
  @DisplayName("E-001 analysis-api 9: a template without a selector, and with an empty one")
  void selectors() {
    Map<String, Object> none = template("a");
    none.remove("selector");
    Map<String, Object> empty = template("b");
    empty.put("selector", Map.of());
    assertThat(problems(Map.of(), List.of(none, empty)))
        .containsExactly(
            "spec.templates[0].selector: Rollout has missing field '.Spec.Templates[0].Selector'",
            "spec.templates[1].selector: This experiment is selecting all pods at index 1. A"
                + " non-empty selector is required.");
  }

  @Test
  @DisplayName("E-001 analysis-api 9: minReadySeconds beyond the deadline, whose default is 600")
  void deadlines() {
    Map<String, Object> slow = template("a");
    slow.put("minReadySeconds", 601);
    assertThat(problems(Map.of(), List.of(slow)))
        .containsExactly(
            "spec.templates[0].minReadySeconds: MinReadySeconds cannot be longer than"
                + " ProgressDeadlineSeconds. Check template index 0");
    assertThat(problems(Map.of("progressDeadlineSeconds", 601), List.of(slow))).isEmpty();
  }

  @Test
  @DisplayName("E-001 analysis-api 9: names that are empty or repeated")
  void names() {
    assertThat(problems(Map.of(), List.of(template("a"), template(""), template("a"))))
        .containsExactly(
            "spec.templates[1].name: Experiment exp has empty template name at index 1",
            "spec.templates[2].name: Experiment exp has repeated template name 'a' in templates");
  }

  @Test
  @DisplayName("E-001 analysis-api 9: the first template's first problem comes first")
  void order() {
    Map<String, Object> broken = template("");
    broken.remove("selector");
    Map<String, Object> slow = template("b");
    slow.put("minReadySeconds", 700);
    assertThat(problems(Map.of(), List.of(slow, broken)).get(0))
        .startsWith("spec.templates[0].minReady");
    assertThat(problems(Map.of(), List.of(broken, slow)).get(0))
        .isEqualTo(
            "spec.templates[0].selector: Rollout has missing field '.Spec.Templates[0].Selector'");
  }
}
