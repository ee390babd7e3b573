package dev.rollouts.controller.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FittingRunsTest {
  private static final Instant THEN = Instant.parse("2026-05-01T10:00:00Z");

  private static Measurement measurement(int length, @Nullable Instant end) {
    String text = "x".repeat(length);
    return new Measurement(
        end == null ? AnalysisPhase.RUNNING : AnalysisPhase.SUCCESSFUL,
        text,
        THEN,
        end,
        text,
        Map.of("job", text),
        null);
  }

  private static AnalysisRun run(int metrics, Measurement... measurements) {
    List<MetricResult> results = new ArrayList<>();
    for (int i = 0; i < metrics; i++) {
      results.add(
          new MetricResult(
              "m" + i,
              AnalysisPhase.RUNNING,
              List.of(measurements),
              "",
              1,
              1,
              0,
              0,
              0,
              0,
              0,
              false,
              Map.of()));
    }
    AnalysisRun empty = Wire.decode(AnalysisRun.class, Map.of()).value();
    return empty.withStatus(
        new AnalysisRunStatus(AnalysisPhase.RUNNING, "", THEN, null, null, null, results));
  }

  @Test
  @DisplayName("A run that fits is left as it is")
  void fits() {
    AnalysisRun run = run(3, measurement(40_000, THEN));
    assertThat(FittingRuns.of(run)).isSameAs(run);
  }

  @ParameterizedTest(name = "{0} metrics with texts of {1}")
  @CsvSource({"12, 65536", "500, 65536", "1000, 200"})
  @DisplayName("One that does not is cut until it does, and keeps its counts and phases")
  void cut(int metrics, int length) {
    AnalysisRun run = run(metrics, measurement(length, THEN));
    AnalysisRunStatus status = FittingRuns.of(run).statusOrPending();
    assertThat(Json.write(Wire.encode(status)).length()).isLessThan(1_000_000);
    assertThat(status.metricResults()).hasSize(metrics);
    MetricResult first = status.metricResults().get(0);
    assertThat(first.count()).isEqualTo(1);
    assertThat(first.measurements().get(0).phase()).isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(first.measurements().get(0).value()).startsWith("xxx").endsWith("…");
  }

  @Test
  @DisplayName("What is under way is not cut, as its back-end needs it")
  void underWay() {
    Measurement underWay = measurement(1000, null);
    AnalysisRun run = run(20, measurement(65_536, THEN), underWay);
    MetricResult first = FittingRuns.of(run).statusOrPending().metricResults().get(0);
    assertThat(first.measurements().get(1)).isEqualTo(underWay);
    assertThat(first.measurements().get(0).value()).hasSizeLessThan(5000);
  }
}
