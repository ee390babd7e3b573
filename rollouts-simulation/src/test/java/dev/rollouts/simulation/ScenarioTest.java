package dev.rollouts.simulation;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.PrometheusQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {
  private static Scenario metric(String yaml) {
    return Scenario.parse("s.yaml", "metrics:\n  m:\n" + yaml.indent(4));
  }

  private static Reply answer(Scenario scenario, Duration at) {
    return Objects.requireNonNull(scenario.scripts().get("m")).answer(Questions.at(at));
  }

  private static Object value(Scenario scenario, Duration at) {
    return Objects.requireNonNull(((Observation.Value) answer(scenario, at).observation()).value());
  }

  @Test
  void everythingHasADefaultButTheMetrics() {
    Scenario scenario = Scenario.parse("s.yaml", "metrics: {\"*\": {value: 1}}");
    assertThat(scenario.duration()).isEqualTo(ofHours(24));
    assertThat(scenario.seed()).isEqualTo(1);
    assertThat(scenario.faults()).isEmpty();
    assertThat(scenario.otherwise()).isNotNull();
    assertThat(scenario.scripts()).isEmpty();
  }

  @Test
  void theWorldIsAsWritten() {
    Scenario scenario =
        Scenario.parse(
            "s.yaml",
            """
            duration: 2h
            seed: 42
            args: {service: shop, replicas: 3}
            faults: [PROVIDER_TIMEOUT, CLOCK_STEP]
            terminateAfter: 90m
            metrics:
              a: {value: 1}
            """);
    assertThat(scenario.duration()).isEqualTo(ofHours(2));
    assertThat(scenario.seed()).isEqualTo(42);
    assertThat(scenario.args()).isEqualTo(Map.of("service", "shop", "replicas", "3"));
    assertThat(scenario.faults()).isEqualTo(Set.of(Fault.PROVIDER_TIMEOUT, Fault.CLOCK_STEP));
    assertThat(scenario.terminateAfter()).isEqualTo(ofMinutes(90));
    assertThat(Scenario.parse("s.yaml", "{faults: all, metrics: {\"*\": {value: 1}}}").faults())
        .containsExactlyInAnyOrder(Fault.values());
  }

  @Test
  void partsFollowEachOtherAndARampStartsWithItsPart() {
    Scenario scenario =
        metric(
            """
            - value: 0.99
              until: 10m
            - ramp: {from: 1, to: 0, over: 10m}
            """);
    assertThat(value(scenario, ofMinutes(9))).isEqualTo(List.of(0.99));
    assertThat(value(scenario, ofMinutes(15))).isEqualTo(List.of(0.5));
    assertThat(value(scenario, ofHours(1))).isEqualTo(List.of(0.0));
    assertThat(value(metric("- {value: 1, until: 1m}"), ofMinutes(1))).isEqualTo(List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "value: 2|[2.0]",
        "value: NaN|[NaN]",
        "value: '+Inf'|[Infinity]",
        "steps: {0s: 1, 1m: 2}|[2.0]",
        "seasonal: {mean: 5, amplitude: 1, period: 6m}|[6.0]",
        "empty: true|[]",
        "series: [{value: 1}, {value: 2}]|[1.0, 2.0]",
        "{value: 2, as: scalar}|2.0",
        "{value: 2, field: rate}|{rate=2.0}",
        "{value: 2, min: 3}|[3.0]",
        "{value: 2, max: 1}|[1.0]",
        "{value: 2, gaps: 1}|[]",
        "{byArgument: {name: tier, values: {gold: {value: 7}}}}|[7.0]",
        "{byArgument: {name: tier, values: {lead: {value: 7}}, otherwise: {value: 8}}}|[8.0]"
      })
  void aScriptSaysWhatItIsToldTo(String yaml, String value) {
    assertThat(value(metric(yaml), Duration.ofSeconds(90)).toString()).isEqualTo(value);
  }

  @Test
  void aScriptCanErrJudgeTakeItsTimeAndBeLate() {
    assertThat(answer(metric("error: boom"), ofSeconds(1)).observation())
        .isEqualTo(Observation.failure("boom"));
    assertThat(answer(metric("{value: 1, errors: 1}"), ofSeconds(1)).observation())
        .isInstanceOf(Observation.Failure.class);
    assertThat(answer(metric("verdict: Failed"), ofSeconds(1)).observation())
        .isEqualTo(Observation.verdict(AnalysisPhase.FAILED));
    assertThat(answer(metric("{verdict: Failed, inProgress: 5m}"), ofSeconds(1)).observation())
        .isInstanceOf(Observation.InProgress.class);
    assertThat(answer(metric("{value: 1, latency: 3s}"), ofSeconds(1)).latency())
        .isEqualTo(ofSeconds(3));
    assertThat(answer(metric("{value: 1, latency: [1s, 3s]}"), ofSeconds(1)).latency())
        .isBetween(ofSeconds(1), ofSeconds(3));
    assertThat(value(metric("{value: 1, noise: 0.5}"), ofSeconds(1))).isNotEqualTo(List.of(1.0));
  }

  @Test
  void recordingsAreFoundBesideTheScenario(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("s.csv"), "0,1\n60,2\n");
    Files.writeString(
        folder.resolve("r.json"),
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":[[9,\"5\"]]}]}}");
    Path file = folder.resolve("scenario.yaml");
    Files.writeString(
        file, "metrics:\n  m: {csv: s.csv, lookback: 10s}\n  range: {prometheus: r.json}\n");
    Scenario scenario = Scenario.read(file);
    assertThat(value(scenario, ofSeconds(65))).isEqualTo(List.of(2.0));
    assertThat(value(scenario, ofSeconds(75))).isEqualTo(List.of());
    assertThat(scenario.scripts()).containsKeys("m", "range");
  }

  @Test
  void aScenarioIsAppliedToASimulation() {
    AnalysisSpec spec =
        AnalysisSpec.of(
            Metric.named("m")
                .interval(ofMinutes(1))
                .provider(PrometheusQuery.of("http://p:9090", "up"))
                .build());
    Scenario scenario =
        Scenario.parse("s.yaml", "terminateAfter: 150s\nmetrics: {\"*\": {verdict: Successful}}");
    Trace trace = scenario.applyTo(Simulation.of(spec, scenario.seed())).run(scenario.duration());
    assertThat(trace.timeToVerdict()).contains(ofSeconds(150));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "duration: 2 hours|s.yaml:1:11: duration: expected a duration such as 90s, 5m or 1h30m, found 2 hours",
        "duration: 0s|s.yaml:1:11: duration: expected a duration of at least 1ms, found 0s",
        "seed: many|s.yaml:1:7: seed: expected a whole number, found many",
        "metric: {}|s.yaml:1:1: metric: unknown field; known here: args, duration, faults, metrics, seed, terminateAfter",
        "seed: 1|s.yaml:1:1: metrics is absent",
        "faults: [RAIN]|unknown fault \"RAIN\"; known: all, or a list of [PROVIDER_TIMEOUT,",
        "args: {a: [1]}|args.a: expected a text, found a list",
        "metrics: [1]|s.yaml:1:10: metrics: expected an object, found a list",
        "metrics: {m: 1}|metrics.m: expected an object, found 1",
        "metrics: {m: []}|metrics.m: is empty; write at least one script",
        "metrics: {m: {}}|metrics.m: says nothing; write one of value, steps, ramp",
        "metrics: {m: {value: 1, error: x}}|metrics.m: says value and error; keep one of them",
        "metrics: {m: {valeu: 1}}|s.yaml:1:15: metrics.m.valeu: unknown field",
        "metrics: {m: {value: high}}|metrics.m.value: expected a number, found high",
        "metrics: {m: {value: 1, gaps: 2}}|metrics.m.gaps: expected a share from 0 to 1, found 2",
        "metrics: {m: {value: 1, noise: -1}}|metrics.m.noise: must be 0 or more",
        "metrics: {m: {value: 1, as: matrix}}|metrics.m.as: expected scalar or vector, found \"matrix\"",
        "metrics: {m: {value: 1, as: scalar, field: x}}|metrics.m: says as and field; keep one of them",
        "metrics: {m: {value: 1, latency: [2s, 1s]}}|metrics.m.latency: the shortest comes first",
        "metrics: {m: {value: 1, latency: [2s]}}|metrics.m.latency: expected a duration, or two of them",
        "metrics: {m: {verdict: Great}}|metrics.m.verdict: expected Successful, Failed, Inconclusive or Error",
        "metrics: {m: {empty: 1}}|metrics.m.empty: expected true, found 1",
        "metrics: {m: {steps: {soon: 1}}}|metrics.m.steps: \"soon\" is no duration",
        "metrics: {m: {ramp: {from: 1, to: 2}}}|metrics.m.ramp: over is absent; add it",
        "metrics: {m: [{value: 1}, {value: 2}]}|metrics.m[0]: until is absent; only the last part may go on without end",
        "metrics: {m: [{value: 1, until: 5m}, {value: 2, until: 4m}]}|metrics.m[1].until: must be later than the part before",
        "metrics: {m: {csv: no-such-file.csv}}|metrics.m.csv: no-such-file.csv: there is no such file",
        "metrics: {m: {value: 1, value: 2}}|key \"value\" is already there",
        "metrics: {m: {|s.yaml:1:",
        "text|expected an object with metrics",
        "'# nothing'|expected one document with a scenario, found 0"
      })
  void aMistakeIsReportedWithItsPlaceAndItsRemedy(String yaml, String message) {
    assertThatThrownBy(() -> Scenario.parse("s.yaml", yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void everyMistakeIsReportedAtOnce() {
    assertThatThrownBy(
            () -> Scenario.parse("s.yaml", "seed: x\nduration: y\nmetrics: {m: {value: z}}"))
        .hasMessageContainingAll("seed:", "duration:", "metrics.m.value:");
  }
}
