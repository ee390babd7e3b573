package dev.rollouts.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.PrometheusQuery;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Values, conditions and what of them a measurement keeps. */
class ConditionsInARunTest {
  private static Runs run(String success, String failure) {
    Metric.Builder metric =
        Metric.named("m").provider(PrometheusQuery.of("http://p", "up")).inconclusiveLimit(1);
    if (success != null) {
      metric.successCondition(success);
    }
    if (failure != null) {
      metric.failureCondition(failure);
    }
    AnalysisSpec spec = AnalysisSpec.builder().metric(metric.build()).arg("min", "0.95").build();
    return Runs.of(spec).decide();
  }

  private static Measurement measured(Runs run, Observation observation) {
    return run.answer(observation).result("m").lastMeasurement();
  }

  @Test
  @DisplayName("A-056 both conditions together: success, failure, neither")
  void bothConditionsTogether() {
    String success = "result[0] >= {{args.min}}";
    String failure = "result[0] < 0.5";
    assertThat(measured(run(success, failure), Observation.value(List.of(0.99))).phase())
        .isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(measured(run(success, failure), Observation.value(List.of(0.4))).phase())
        .isEqualTo(AnalysisPhase.FAILED);
    assertThat(measured(run(success, failure), Observation.value(List.of(0.7))).phase())
        .isEqualTo(AnalysisPhase.INCONCLUSIVE);
  }

  @Test
  @DisplayName(
      "A-056 P-004 an error in a condition is an Error measurement without value or metadata")
  void anErrorInAConditionIsAnErrorMeasurement() {
    Measurement measurement =
        measured(
            run("result[0] >= 0.95", null),
            Observation.value(List.of()).withMetadata(Map.of("warnings", "w")));
    assertThat(measurement.phase()).isEqualTo(AnalysisPhase.ERROR);
    assertThat(measurement.message())
        .isEqualTo(
            "could not evaluate successCondition \"result[0] >= 0.95\": metric result is nil or"
                + " empty: no data returned from the metric provider");
    assertThat(measurement.value()).isEmpty();
    assertThat(measurement.metadata()).isEmpty();
  }

  @Test
  @DisplayName("P-004 what a provider wants kept on an error is kept")
  void whatAProviderWantsKeptIsKept() {
    Measurement measurement =
        measured(
            run("nope", null),
            Observation.value(1.0)
                .withMetadata(Map.of("warnings", "w"))
                .keepingOnError(Observation.Value.Part.VALUE, Observation.Value.Part.METADATA));
    assertThat(measurement.phase()).isEqualTo(AnalysisPhase.ERROR);
    assertThat(measurement.value()).isEqualTo("1.0");
    assertThat(measurement.metadata()).containsEntry("warnings", "w");
  }

  @Test
  @DisplayName("A-050 A-054 a failure of the provider is an Error measurement with its message")
  void aFailureOfTheProviderIsAnErrorMeasurement() {
    Measurement measurement =
        measured(run(null, null), Observation.failure("prometheus address is not configured"));
    assertThat(measurement.phase()).isEqualTo(AnalysisPhase.ERROR);
    assertThat(measurement.message()).isEqualTo("prometheus address is not configured");
    assertThat(measurement.finishedAt()).isEqualTo(Runs.START);
  }

  @Test
  @DisplayName(
      "S-18 A-066 settings that are wrong are five Errors; terminated in between they do no harm")
  void settingsThatAreWrong() {
    Runs run =
        Runs.of(AnalysisSpec.of(Metric.named("m").provider(PrometheusQuery.of("p", "up")).build()))
            .play(Map.of("m", "e"), java.time.Duration.ofHours(1));
    assertThat(run.status().phase()).isEqualTo(AnalysisPhase.ERROR);
    assertThat(run.result("m").error()).isEqualTo(5);

    Runs stopped = run(null, null);
    stopped.answer(Runs.outcome('e')).edit(AnalysisSpec::terminated).decide();
    assertThat(stopped.result("m").phase()).isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(stopped.status().message()).isEqualTo("Run Terminated");
  }
}
