package dev.rollouts.engine.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.engine.SpecPage;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The tables of docs/spec/experiment.md say what the engine does. */
class ExperimentPageTest {
  private static final SpecPage PAGE = SpecPage.read("experiment.md");

  @Test
  @DisplayName("E-019 the table of a template's status")
  void statusOfATemplate() {
    List<List<String>> table = PAGE.table("| Pods | Circumstances |");
    assertThat(table).hasSize(6);
    for (boolean asWanted : List.of(true, false)) {
      for (boolean over : List.of(true, false)) {
        for (boolean late : List.of(true, false)) {
          for (boolean terminating : List.of(true, false)) {
            // Told to stop, no pods are wanted, so that pods are as wanted when there are none.
            boolean pods = asWanted != terminating;
            Trial trial =
                Trial.single("", "'duration': '100s', 'progressDeadlineSeconds': 1000")
                    .settleGrowing();
            trial.waitSeconds(1).pods("a", pods ? 1 : 0).turn();
            if (terminating) {
              trial.terminate();
            }
            trial.edit("progressDeadlineSeconds", late ? "20" : "900");
            trial.edit("duration", over ? "'10s'" : "'500s'");
            trial.waitSeconds(60).decide();
            String expected =
                table.stream()
                    .filter(row -> row.get(0).equals(asWanted ? "as wanted" : "not as wanted"))
                    .filter(
                        row ->
                            switch (row.get(1)) {
                              case "end passed" -> over;
                              case "terminating" -> terminating;
                              case "progress deadline passed" -> late && isStuck(pods);
                              case "otherwise" -> true;
                              default -> throw new AssertionError(row);
                            })
                    .findFirst()
                    .orElseThrow()
                    .get(2);
            assertThat(trial.templatePhase("a"))
                .as(
                    "as wanted %s, over %s, late %s, terminating %s",
                    asWanted, over, late, terminating)
                .isEqualTo(expected);
          }
        }
      }
    }
  }

  /** With its pod the template ran until this turn, in which its deadline starts anew (E-020). */
  private static boolean isStuck(boolean pods) {
    return !pods;
  }

  @Test
  @DisplayName("E-055 the table of the experiment's phase")
  void phaseOfAnExperiment() {
    List<List<String>> table = PAGE.table("| Templates together |");
    assertThat(table).hasSize(7);
    ExperimentStatus before =
        new ExperimentStatus(AnalysisPhase.RUNNING, "", null, List.of(), List.of(), List.of());
    for (AnalysisPhase templates : AnalysisPhase.values()) {
      if (templates == AnalysisPhase.INCONCLUSIVE) {
        continue;
      }
      for (AnalysisPhase analyses : AnalysisPhase.values()) {
        if (analyses == AnalysisPhase.PENDING) {
          continue;
        }
        for (boolean required : List.of(true, false)) {
          for (boolean settled : required ? List.of(true, false) : List.of(false)) {
            List<String> row =
                table.stream()
                    .filter(each -> each.get(0).contains(templates.wireName()))
                    .filter(
                        each ->
                            switch (each.get(1)) {
                              case "completed" -> analyses.isCompleted();
                              case "some are required" -> required;
                              case "Failed, Error, Inconclusive" ->
                                  each.get(1).contains(analyses.wireName());
                              case "all required Successful" -> settled;
                              case "otherwise" -> true;
                              default -> throw new AssertionError(each);
                            })
                    .findFirst()
                    .orElseThrow();
            Verdict verdict =
                Verdict.of(
                    before,
                    new Verdict(templates, "templates", false, false, ""),
                    new Verdict(analyses, "analyses", settled, required, ""));
            assertThat(verdict.message()).as("%s", row).isEqualTo(row.get(2));
            assertThat(verdict.phase())
                .isEqualTo(row.get(2).equals("templates") ? templates : analyses);
          }
        }
      }
    }
  }
}
