package dev.rollouts.simulation;

import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.codec.CodecException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TemplatesTest {
  private static final String ONE =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: one}
      spec:
        args: [{name: app}]
        metrics:
        - name: up-{{args.app}}
          provider: {prometheus: {address: "http://p:9090", query: up}}
      """;
  private static final String BOTH =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata: {name: both}
      spec:
        templates: [{templateName: one}]
        metrics:
        - name: other
          provider: {prometheus: {address: "http://p:9090", query: up}}
      """;
  private static final Script GOOD = Script.verdict(AnalysisPhase.SUCCESSFUL);

  @Test
  void oneTemplateIsSimulatedWithItsArguments() {
    Simulation simulation = Templates.parse("one.yaml", ONE).simulation(1).provider(GOOD);
    assertThat(simulation.arg("app", "x").run(ofHours(1)).phase())
        .isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThatThrownBy(() -> simulation.run(ofHours(1)))
        .hasMessageContaining("\"app\" has no value");
  }

  @Test
  void templatesThatAreReferredToAreMergedInAndOtherKindsSkipped() {
    String service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\n---\n";
    Templates templates = Templates.parse("all.yaml", ONE + service + BOTH);
    assertThat(templates.names()).containsExactlyInAnyOrder("one", "both");
    Trace trace = templates.simulation(1).arg("app", "x").provider(GOOD).run(ofHours(1));
    assertThat(trace.status().metricResults())
        .extracting(result -> result.name())
        .containsExactlyInAnyOrder("other", "up-x");
    assertThat(templates.simulation("one", 1).spec().metrics()).hasSize(1);
  }

  @Test
  void anAnalysisRunGoesOnFromItsStatus() {
    String run =
        ONE.replace("AnalysisTemplate", "AnalysisRun")
                .replace("{name: app}", "{name: app, value: x}")
            + "status: {phase: Successful, message: Run Terminated}\n";
    assertThat(
            Templates.parse("run.yaml", run).simulation(1).provider(GOOD).run(ofHours(1)).message())
        .isEqualTo("Run Terminated");
  }

  @Test
  void aMistakeIsReportedWithItsPlace() {
    assertThatThrownBy(() -> Templates.parse("t.yaml", ONE.replace("query:", "qurey:")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("t.yaml:8:")
        .hasMessageContaining("qurey");
    assertThatThrownBy(() -> Templates.parse("t.yaml", "a: [")).hasMessageContaining("t.yaml:1:");
    assertThatThrownBy(() -> Templates.parse("t.yaml", ""))
        .hasMessageContaining("no AnalysisTemplate");
    assertThatThrownBy(() -> Templates.read(Path.of("no-such-file.yaml")))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("there is no such file");
  }

  @Test
  void whichOfSeveralTemplatesMustBeSaid() {
    Templates two =
        Templates.parse("t.yaml", ONE + "---\n" + ONE.replace("name: one", "name: two"));
    assertThatThrownBy(() -> two.simulation(1)).hasMessageContaining("[one, two]");
    assertThatThrownBy(() -> two.simulation("three", 1))
        .hasMessageContaining("no object named \"three\"");
    assertThatThrownBy(() -> Templates.parse("t.yaml", BOTH).simulation(1))
        .hasMessageContaining("AnalysisTemplate 'one' not found");
  }
}
