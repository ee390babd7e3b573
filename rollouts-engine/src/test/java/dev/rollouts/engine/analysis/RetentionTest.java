package dev.rollouts.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.Wire;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How much of a run is kept. */
class RetentionTest {
  private static final int STATUS_BYTES_MAX = 256 * 1024;

  private static Metric metric(String name) {
    return Metric.named(name)
        .interval(Duration.ofSeconds(10))
        .provider(WebRequest.get("http://metrics.test"))
        .build();
  }

  @Test
  @DisplayName("A-161 a later matching rule wins; one that matches nothing ends the run")
  void aLaterMatchingRuleWins() {
    AnalysisSpec spec =
        AnalysisSpec.builder()
            .metric(metric("total-errors"))
            .measurementRetention("err", 3)
            .measurementRetention("total", 20)
            .build();
    Runs run = Runs.of(spec).play(Map.of("total-errors", "s"), Duration.ofMinutes(10));
    assertThat(run.result("total-errors").measurements()).hasSize(20);

    Runs none =
        Runs.of(
                AnalysisSpec.builder()
                    .metric(metric("a"))
                    .measurementRetention("a", 0)
                    .measurementRetention("b", 1)
                    .build())
            .decide();
    assertThat(none.status().message())
        .isEqualTo(
            "Analysis spec invalid: measurementRetention[1]: Rule didn't match any metric name(s)");
  }

  @Test
  @DisplayName(
      "A-160 A-162 A-201 what is cut is the oldest, and its remains are removed then and only then")
  void whatIsCutIsTheOldest() {
    AnalysisSpec spec =
        AnalysisSpec.builder().metric(metric("a")).measurementRetention("a", 2).build();
    Runs run = Runs.of(spec).decide();
    for (int i = 0; i < 2; i++) {
      run.atSeconds(11 * i).decide().answer(Runs.outcome('s'));
      assertThat(run.last().effects()).noneMatch(AnalysisEffect.CollectGarbage.class::isInstance);
    }
    run.atSeconds(22).decide().answer(Runs.outcome('s'));
    assertThat(run.last().effects())
        .contains(new AnalysisEffect.CollectGarbage(spec.metrics().get(0), 2));
    assertThat(run.result("a").measurements())
        .extracting(Measurement::startedAt)
        .containsExactly(Runs.START.plusSeconds(11), Runs.START.plusSeconds(22));
    assertThat(run.result("a").count()).isEqualTo(3);
  }

  static IntStream seeds() {
    return IntStream.range(0, 40);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @DisplayName("the status stays below 256 KiB whatever is measured")
  void theStatusStaysSmall(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    AnalysisSpec.Builder spec = AnalysisSpec.builder();
    int metrics = 1 + random.nextInt(40);
    for (int i = 0; i < metrics; i++) {
      spec.metric(metric("m" + i));
    }
    spec.measurementRetention(".*", 1 + random.nextInt(300));
    Runs run = Runs.of(spec.build()).decide();
    for (int turn = 1; turn < 60; turn++) {
      String noise = noise(random, random.nextInt(20_000));
      Observation observation =
          random.nextInt(8) == 0
              ? Observation.failure(noise)
              : Observation.of(ResultKind.NIL, null, noise)
                  .withMetadata(Map.of("warnings", noise, noise, "x"));
      run.answer(observation).at(Duration.ofSeconds(11L * turn)).decide();
      int bytes = json(Wire.encode(run.status())).length();
      assertThat(bytes).as("bytes after turn %d", turn).isLessThan(STATUS_BYTES_MAX);
      if (run.status().phase().isCompleted()) {
        return;
      }
    }
    assertThat(run.status().metricResults())
        .hasSize(metrics)
        .allSatisfy(result -> assertThat(result.measurements()).isNotEmpty());
  }

  @Test
  @DisplayName("what a measurement in flight remembers survives the cut")
  void whatIsInFlightSurvivesTheCut() {
    AnalysisSpec.Builder spec = AnalysisSpec.builder();
    for (int i = 0; i < 40; i++) {
      spec.metric(metric("m" + i));
    }
    Runs run = Runs.of(spec.build()).decide();
    String long16k = "y".repeat(15_000);
    run.decide(
        run.asking().stream()
            .map(
                effect ->
                    effect.id().metric().equals("m0")
                        ? Observed.Answer.of(
                            effect,
                            Observation.inProgress(Map.of("job-name", "j"), null),
                            run.now(),
                            run.now())
                        : Observed.Answer.of(
                            effect,
                            Observation.of(ResultKind.NIL, null, long16k)
                                .withMetadata(Map.of("w", long16k)),
                            run.now(),
                            run.now()))
            .toArray(Observed[]::new));
    assertThat(json(Wire.encode(run.status())).length()).isLessThan(STATUS_BYTES_MAX);
    assertThat(run.result("m0").lastMeasurement().metadata()).containsEntry("job-name", "j");
    assertThat(run.status().phase()).isEqualTo(AnalysisPhase.RUNNING);
  }

  private static String noise(SplittableRandom random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) (random.nextInt(4) == 0 ? random.nextInt(32) : 32 + random.nextInt(3000)));
    }
    return text.toString();
  }

  /**
   * Long enough a rendering: one character per byte, six for whatever a cautious writer escapes.
   */
  private static String json(Object tree) {
    if (tree instanceof AnalysisRunStatus) {
      throw new IllegalArgumentException("encode it first");
    }
    if (tree instanceof Map<?, ?> map) {
      StringBuilder out = new StringBuilder("{");
      map.forEach(
          (key, value) -> out.append(json(key)).append(':').append(json(value)).append(','));
      return out.append('}').toString();
    }
    if (tree instanceof List<?> list) {
      StringBuilder out = new StringBuilder("[");
      list.forEach(value -> out.append(json(value)).append(','));
      return out.append(']').toString();
    }
    if (!(tree instanceof String text)) {
      return String.valueOf(tree);
    }
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 32 || c == '<' || c == '>' || c == '&' || Character.isSurrogate(c)) {
        out.append("uuuuuu");
      } else if (c == '"' || c == '\\') {
        out.append("\\").append('x');
      } else {
        out.append(c < 128 ? "x" : "xxx");
      }
    }
    return out.append('"').toString();
  }
}
