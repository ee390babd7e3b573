package dev.rollouts.simulation;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.CloudWatchQuery;
import dev.rollouts.api.provider.config.GraphiteQuery;
import dev.rollouts.api.provider.config.InfluxdbQuery;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.NewRelicQuery;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.provider.config.WavefrontQuery;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.analysis.Observed;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-9);

  private static List<Double> numbers(Script script, Duration elapsed) {
    Observation.Value value =
        (Observation.Value) script.asVector().answer(Questions.at(elapsed)).observation();
    return ((List<?>) value.value()).stream().map(number -> (Double) number).toList();
  }

  private static double number(Script script, Duration elapsed) {
    return numbers(script, elapsed).get(0);
  }

  @Test
  void aConstantIsTheSameAtAllTimes() {
    assertThat(number(Script.constant(0.5), ofHours(7))).isEqualTo(0.5);
  }

  @Test
  void stepsHoldUntilTheNextOneAndSayNothingBeforeTheFirst() {
    Script steps = Script.steps(Map.of(ofMinutes(1), 1.0, ofMinutes(5), 5.0));
    assertThat(numbers(steps, ofSeconds(59))).isEmpty();
    assertThat(number(steps, ofMinutes(1))).isEqualTo(1.0);
    assertThat(number(steps, ofSeconds(299))).isEqualTo(1.0);
    assertThat(number(steps, ofHours(9))).isEqualTo(5.0);
  }

  @Test
  void aRampIsAStraightLineAndThenStays() {
    Script ramp = Script.ramp(10, 20, ofMinutes(10));
    assertThat(number(ramp, ofMinutes(0))).isEqualTo(10);
    assertThat(number(ramp, ofMinutes(4))).isEqualTo(14, CLOSE);
    assertThat(number(ramp, ofMinutes(30))).isEqualTo(20);
  }

  @Test
  void aSeasonStartsAtItsMeanAndRises() {
    Script season = Script.seasonal(100, 10, ofHours(24));
    assertThat(number(season, ofHours(0))).isEqualTo(100, CLOSE);
    assertThat(number(season, ofHours(6))).isEqualTo(110, CLOSE);
    assertThat(number(season, ofHours(18))).isEqualTo(90, CLOSE);
  }

  @Test
  void scriptsAddUpAndFollowEachOther() {
    Script sum = Script.constant(1).plus(Script.ramp(0, 1, ofMinutes(1)));
    assertThat(number(sum, ofSeconds(30))).isEqualTo(1.5, CLOSE);
    assertThat(numbers(Script.constant(1).plus(Script.empty()), ofSeconds(1))).isEmpty();
    Script fault = Script.constant(1).during(ofMinutes(3), ofMinutes(4), Script.constant(0));
    assertThat(number(fault, ofSeconds(179))).isEqualTo(1);
    assertThat(number(fault, ofMinutes(3))).isZero();
    assertThat(number(fault, ofMinutes(4))).isEqualTo(1);
    Script later = Script.ramp(0, 1, ofMinutes(1)).delayedBy(ofMinutes(1));
    assertThat(numbers(later, ofSeconds(30))).isEmpty();
    assertThat(number(later, ofSeconds(90))).isEqualTo(0.5, CLOSE);
  }

  @Test
  void seriesStandSideBySide() {
    assertThat(
            numbers(
                Script.series(Script.constant(1), Script.empty(), Script.constant(2)),
                ofSeconds(1)))
        .containsExactly(1.0, 2.0);
  }

  @Test
  void anArgumentChoosesTheScript() {
    Script byTier =
        Script.byArgument("tier", Map.of("gold", Script.constant(1)), Script.constant(2));
    assertThat(number(byTier, ofSeconds(1))).isEqualTo(1);
    Script byOther = Script.byArgument("zone", Map.of("a", Script.constant(1)), Script.constant(2));
    assertThat(number(byOther, ofSeconds(1))).isEqualTo(2);
  }

  @Test
  void noiseHasItsDeviationAndComesAgainForTheSameMoment() {
    Script noisy = Script.constant(10).withNoise(2);
    double[] numbers =
        IntStream.range(0, 10_000).mapToDouble(i -> number(noisy, ofSeconds(i))).toArray();
    double mean = Arrays.stream(numbers).average().orElseThrow();
    double variance =
        Arrays.stream(numbers).map(n -> (n - mean) * (n - mean)).average().orElseThrow();
    assertThat(mean).isEqualTo(10, Offset.offset(0.1));
    assertThat(Math.sqrt(variance)).isEqualTo(2, Offset.offset(0.1));
    assertThat(number(noisy, ofSeconds(5))).isEqualTo(numbers[5]);
    assertThat(number(Script.constant(10).withNoise(2, 1), ofSeconds(5))).isNotEqualTo(numbers[5]);
    assertThat(number(noisy.clamped(10, 10.5), ofSeconds(5))).isBetween(10.0, 10.5);
  }

  @Test
  void layersOfChanceAreDrawnApart() {
    Script script = Script.constant(1).withGaps(0.5).sometimes(0.5, Script.constant(2));
    Map<List<Double>, Long> shares =
        IntStream.range(0, 4_000)
            .mapToObj(i -> numbers(script, ofSeconds(i)))
            .collect(Collectors.groupingBy(numbers -> numbers, Collectors.counting()));
    assertThat(shares.get(List.of(2.0))).isBetween(1_900L, 2_100L);
    assertThat(shares.get(List.of(1.0))).isBetween(900L, 1_100L);
    assertThat(shares.get(List.<Double>of())).isBetween(900L, 1_100L);
  }

  @Test
  void latencyAddsUpAndStaysInItsBounds() {
    Script slow =
        Script.constant(1).withLatency(ofSeconds(1)).withLatency(ofSeconds(2), ofSeconds(4));
    List<Duration> latencies =
        IntStream.range(0, 200)
            .mapToObj(i -> slow.answer(Questions.at(ofSeconds(i))).latency())
            .toList();
    assertThat(latencies)
        .allSatisfy(latency -> assertThat(latency).isBetween(ofSeconds(3), ofSeconds(5)));
    assertThat(latencies.stream().distinct().count()).isGreaterThan(100);
  }

  @Test
  void aBackEndThatTakesItsTimeIsInProgressUntilItIsDone() {
    Script job = Script.verdict(AnalysisPhase.FAILED).inProgressFor(ofSeconds(90));
    JobTemplate config = job();
    Observation first =
        job.answer(Questions.of(config, ofSeconds(10), Observed.Asked.MEASURE, null)).observation();
    assertThat(first).isInstanceOf(Observation.InProgress.class);
    Observation.InProgress inProgress = (Observation.InProgress) first;
    assertThat(inProgress.resumeAt()).isEqualTo(Questions.START.plusSeconds(100));
    Measurement stored =
        new Measurement(
            AnalysisPhase.RUNNING, "", Questions.START, null, "", inProgress.metadata(), null);
    assertThat(answer(job, config, 50, Observed.Asked.RESUME, stored)).isEqualTo(inProgress);
    assertThat(answer(job, config, 100, Observed.Asked.RESUME, stored))
        .isEqualTo(Observation.verdict(AnalysisPhase.FAILED));
    assertThat(answer(job, config, 50, Observed.Asked.TERMINATE, stored))
        .isEqualTo(Observation.verdict(AnalysisPhase.INCONCLUSIVE));
  }

  private static Observation answer(
      Script script, ProviderConfig config, int at, Observed.Asked asked, Measurement stored) {
    return script.answer(Questions.of(config, ofSeconds(at), asked, stored)).observation();
  }

  private static JobTemplate job() {
    return Wire.decode(JobTemplate.class, Map.of("spec", Map.of())).value();
  }

  private static Observation shaped(ProviderConfig provider, Script script) {
    return script
        .answer(Questions.of(provider, ofSeconds(1), Observed.Asked.MEASURE, null))
        .observation();
  }

  @Test
  void numbersTakeTheShapeOfTheProvidersAnswer() {
    Script one = Script.constant(0.5);
    PrometheusQuery prometheus = PrometheusQuery.of("http://p:9090", "up");
    assertValue(shaped(prometheus, one), ResultKind.VECTOR, List.of(0.5), "[0.5]");
    assertValue(shaped(prometheus, Script.empty()), ResultKind.VECTOR, List.of(), "[]");
    assertValue(
        shaped(prometheus, Script.constant(1e7)), ResultKind.VECTOR, List.of(1e7), "[10000000]");
    assertValue(shaped(prometheus, Script.nan()), ResultKind.VECTOR, List.of(Double.NaN), "[NaN]");
    WebRequest web = Wire.decode(WebRequest.class, Map.of("url", "http://x")).value();
    assertValue(shaped(web, one), ResultKind.SCALAR, 0.5, "0.5");
    assertValue(shaped(web, Script.empty()), ResultKind.NIL, null, "null");
    WavefrontQuery wavefront = Wire.decode(WavefrontQuery.class, Map.of("query", "q")).value();
    assertValue(shaped(wavefront, one), ResultKind.SCALAR, 0.5, "0.5");
    assertThat(shaped(wavefront, Script.empty())).isInstanceOf(Observation.Failure.class);
    GraphiteQuery graphite = Wire.decode(GraphiteQuery.class, Map.of("query", "q")).value();
    assertValue(shaped(graphite, one), ResultKind.VECTOR, List.of(0.5), "[0.5]");
    InfluxdbQuery influx = Wire.decode(InfluxdbQuery.class, Map.of("query", "q")).value();
    assertValue(shaped(influx, one), ResultKind.ROWS, List.of(0.5), "[0.5]");
    CloudWatchQuery cloudWatch = Wire.decode(CloudWatchQuery.class, Map.of()).value();
    assertThat(((Observation.Value) shaped(cloudWatch, one)).kind()).isEqualTo(ResultKind.RECORDS);
    assertValue(
        shaped(new PluginConfig("acme/m", JsonObject.empty()), one), ResultKind.SCALAR, 0.5, "0.5");
  }

  private static void assertValue(
      Observation observation, ResultKind kind, @Nullable Object value, String rendered) {
    assertThat(observation).isEqualTo(Observation.of(kind, value, rendered));
  }

  @Test
  void anExplicitShapeWins() {
    PrometheusQuery prometheus = PrometheusQuery.of("http://p:9090", "up");
    Script one = Script.constant(0.5);
    assertValue(shaped(prometheus, one.asScalar()), ResultKind.SCALAR, 0.5, "0.5");
    assertValue(
        shaped(prometheus, one.asField("rate")),
        ResultKind.MAP,
        Map.of("rate", 0.5),
        "{\"rate\":0.5}");
  }

  @Test
  void aNumberForABackEndThatCannotSayItIsRefusedWithARemedy() {
    assertThatThrownBy(() -> shaped(job(), Script.constant(1)))
        .hasMessage(
            "metric \"m\": its script says a number, but a job judges by itself; use Script.verdict(…) or verdict: Successful");
    NewRelicQuery newRelic = Wire.decode(NewRelicQuery.class, Map.of("query", "q")).value();
    assertThatThrownBy(() -> shaped(newRelic, Script.constant(1))).hasMessageContaining("asField");
  }

  @ParameterizedTest
  @CsvSource({
    "0.1,0.1",
    "1e21,1000000000000000000000",
    "1e-7,0.0000001",
    "-0.0,-0",
    "1,1",
    "NaN,NaN",
    "Infinity,+Inf",
    "-Infinity,-Inf"
  })
  void numbersAreSpelledAsPrometheusDoes(double number, String text) {
    assertThat(Shape.plain(number)).isEqualTo(text);
  }

  @Test
  void impossibleScriptsAreRefused() {
    assertThatThrownBy(() -> Script.ramp(0, 1, Duration.ZERO))
        .hasMessage("over must be at least 1ms, was 0s");
    assertThatThrownBy(() -> Script.constant(1).withGaps(1.5)).hasMessageContaining("from 0 to 1");
    assertThatThrownBy(() -> Script.constant(1).withLatency(ofSeconds(2), ofSeconds(1)))
        .hasMessageContaining("latency");
    assertThatThrownBy(() -> new Reply(Observation.failure("x"), ofSeconds(-1)))
        .hasMessageContaining("latency");
  }
}
