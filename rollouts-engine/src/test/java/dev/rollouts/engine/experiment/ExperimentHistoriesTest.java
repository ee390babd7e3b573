package dev.rollouts.engine.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.engine.SpecPage;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whatever happens to an experiment, the invariants of {@link Trial} hold and it ends. */
class ExperimentHistoriesTest {
  private static final int HISTORIES = 400;

  @Test
  @DisplayName(
      "E-002 E-017 E-051 histories: decisions repeat, completed is final, one ReplicaSet a template")
  void histories() {
    Set<String> phases = new TreeSet<>();
    Set<String> templates = new TreeSet<>();
    for (long seed = 0; seed < HISTORIES; seed++) {
      try {
        History history = History.of(seed);
        phases.addAll(history.phases());
        templates.addAll(history.templates());
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError("History.of(" + seed + "): " + broken.getMessage(), broken);
      }
    }
    SpecPage page = SpecPage.read("experiment.md");
    assertThat(templates).as("diagram of a template").isEqualTo(page.diagram("## Templates"));
    assertThat(phases).as("diagram of the experiment").isEqualTo(page.diagram("## Phase"));
  }
}
