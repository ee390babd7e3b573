package dev.rollouts.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.engine.condition.syntax.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionEvaluatorTest {
  private static final Instant NOW = Vectors.NOW;

  private final ConditionEvaluator evaluator = new ConditionEvaluator();

  private String outcome(String text, ResultKind kind, Object value) {
    return Vectors.describe(evaluator.evaluate(evaluator.compile(text, kind), value, NOW));
  }

  @Test
  void aTextIsCompiledOncePerKind() {
    Condition first = evaluator.compile("result >= 0.95", ResultKind.SCALAR);

    assertThat(evaluator.compile("result >= " + "0.95", ResultKind.SCALAR)).isSameAs(first);
    assertThat(evaluator.compile("result >= 0.95", ResultKind.VECTOR)).isNotSameAs(first);
    assertThat(first.error()).isEmpty();
    assertThat(first.text()).isEqualTo("result >= 0.95");
    assertThat(first.kind()).isEqualTo(ResultKind.SCALAR);
  }

  @Test
  void theCacheHoldsSoManyConditionsAndSoMuchTextAndNoMore() {
    ConditionCache cache = new ConditionCache();
    String padding = " ".repeat(50_000);
    for (int i = 0; i < 10_000; i++) {
      cache.put(evaluator.compile("result > " + i, ResultKind.SCALAR));
    }
    assertThat(cache.size()).isEqualTo(4096);
    assertThat(cache.get("result > 9999", ResultKind.SCALAR)).isNotNull();
    assertThat(cache.get("result > 1", ResultKind.SCALAR)).isNull();

    for (int i = 0; i < 100; i++) {
      cache.put(evaluator.compile("result > " + i + padding, ResultKind.SCALAR));
    }
    assertThat(cache.size()).isEqualTo(20);
    assertThat(cache.textLength()).isBetween(1_000_000, 1 << 20);
  }

  @Test
  void manyThreadsShareOneCondition() throws Exception {
    Condition condition =
        evaluator.compile(
            "all(result, # * 2 > 0 and any(result, # == 1)) and len(result) < 50",
            ResultKind.VECTOR);
    ExecutorService executor = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> answers =
          IntStream.range(0, 400)
              .mapToObj(
                  i ->
                      executor.submit(
                          () ->
                              evaluator.evaluate(
                                      condition,
                                      IntStream.rangeClosed(1, i % 100)
                                          .mapToObj(n -> (double) n)
                                          .toList(),
                                      NOW)
                                  instanceof ConditionOutcome.True))
              .toList();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).as("run %d", i).isEqualTo(i % 100 < 50);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "result >=; 9 9 1 10",
        "result == \"a\"; 7 9 1 8",
        "result > 0 and\\n  nope < 1; 17 21 2 3",
        "asInt(\"x\") > 1; 0 10 1 1",
        "result[0] > 1; 7 8 1 8",
        "(result > 0 and \"a\" matches \"(\"); 20 27 1 21",
        "default(1, nil).a.b > 1; 16 17 1 17"
      })
  void anErrorPointsAtItsPlace(String text, String place) {
    Condition condition = evaluator.compile(text.replace("\\n", "\n"), ResultKind.SCALAR);

    ConditionOutcome outcome = evaluator.evaluate(condition, 1.0, NOW);

    Span span = ((ConditionOutcome.Failed) outcome).error().span();
    assertThat("%d %d %d %d".formatted(span.start(), span.end(), span.line(), span.column()))
        .isEqualTo(place);
  }

  @Test
  void aConditionThatIsNeverABooleanSaysSoBeforeItRuns() {
    assertThat(evaluator.compile("result", ResultKind.SCALAR).neverBoolean())
        .map(ConditionError::detail)
        .contains("expected bool, but got float64");
    assertThat(evaluator.compile("nil", ResultKind.SCALAR).neverBoolean())
        .map(ConditionError::detail)
        .contains("expected bool, but got <nil>");
    assertThat(evaluator.compile("result", ResultKind.BOOLEAN).neverBoolean()).isEmpty();
    assertThat(evaluator.compile("result.a", ResultKind.MAP).neverBoolean()).isEmpty();
    assertThat(evaluator.compile("result >", ResultKind.MAP).neverBoolean()).isEmpty();
  }

  @Test
  void aConditionThatDoesNotCompileStillHasItsTree() {
    assertThat(evaluator.compile("result >= \"a\"", ResultKind.SCALAR).tree()).isPresent();
    assertThat(evaluator.compile("result >=", ResultKind.SCALAR).tree()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "result[0].Year() == 2024 and result[0].Month().String() == \"January\"",
        "result[0] < now() and now() - result[0] > duration(\"24h\")",
        "result[1] == duration(\"90m\") and result[1].Minutes() == 90",
        "result[0] in [date(\"2024-01-02T03:04:05Z\")]",
        "result[2] % 2 == 1 and result[2] / 2 == 2.5 and result[3] == 0.5"
      })
  void rowsMayHoldTimesDurationsAndIntegers(String text) {
    List<Object> rows =
        Arrays.asList(Instant.parse("2024-01-02T03:04:05Z"), Duration.ofMinutes(90), 5, 0.5f, null);

    assertThat(outcome(text, ResultKind.ROWS, rows)).isEqualTo("true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "result[0].Timestamps[0].Year() == 2024; true",
        "all(result, all(.Values, # < 0.01)); true",
        "len(result[0].Messages) == 0 and result[0].Label != \"\"; true",
        "string(result[0].StatusCode) == \"Complete\"; true",
        "result[0][\"Id\"] == \"rate\"; true",
        "\"Id\" in result[0]; true",
        "find(result, .Id == \"rate\").Values[-1] < 0.01; true",
        "result[0].Values == [0.001, 0.002]; true",
        "result[0].Foo == 1; COMPILE: type types.MetricDataResult has no field Foo",
        "result[0].Values[0] == \"a\"; COMPILE: invalid operation: == (mismatched types float64 and"
            + " string)",
        "result[1].Id == \"x\"; RUN: index out of range: 1 (array length is 1)"
      })
  void recordsHaveTheFieldsOfCloudWatch(String text, String outcome) {
    Map<String, Object> record =
        Map.of(
            "Id",
            "rate",
            "Label",
            "Rate",
            "Messages",
            List.of(),
            "StatusCode",
            "Complete",
            "Timestamps",
            List.of(Instant.parse("2024-01-02T00:00:00Z")),
            "Values",
            List.of(0.001, 0.002));

    assertThat(outcome(text, ResultKind.RECORDS, List.of(record))).isEqualTo(outcome);
  }

  @Test
  void nowIsTheArgument() {
    Condition condition = evaluator.compile("now().Year() == 2030", ResultKind.SCALAR);

    assertThat(evaluator.evaluate(condition, 1.0, Instant.parse("2030-06-01T00:00:00Z")))
        .isEqualTo(new ConditionOutcome.True());
    assertThat(evaluator.evaluate(condition, 1.0, NOW)).isEqualTo(new ConditionOutcome.False());
  }

  @Test
  @DisplayName("A-056 both conditions are evaluated, the success condition first")
  void bothConditionsAreEvaluatedTheSuccessConditionFirst() {
    Assessment both = evaluator.assess("a", "b", ResultKind.SCALAR, 1.0, NOW);
    Assessment second = evaluator.assess("true", "b", ResultKind.SCALAR, 1.0, NOW);

    assertThat(both)
        .isEqualTo(
            new Assessment(
                AnalysisPhase.ERROR, "could not evaluate successCondition \"a\": unknown name a"));
    assertThat(second)
        .isEqualTo(
            new Assessment(
                AnalysisPhase.ERROR, "could not evaluate failureCondition \"b\": unknown name b"));
  }

  @Test
  @DisplayName("A-056 an empty condition is none, a blank one is an error")
  void anEmptyConditionIsNoneABlankOneIsAnError() {
    assertThat(evaluator.assess("", null, ResultKind.SCALAR, 1.0, NOW).phase())
        .isEqualTo(AnalysisPhase.SUCCESSFUL);
    assertThat(evaluator.assess(" ", null, ResultKind.SCALAR, 1.0, NOW))
        .isEqualTo(
            new Assessment(
                AnalysisPhase.ERROR,
                "could not evaluate successCondition \" \": unexpected token EOF"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "isNaN(0 / 0) ? now() : now() ~ 2026-11-23T10:15:30Z",
        "now().Truncate(duration(\"1h\")) ~ 2026-11-23T10:00:00Z",
        "date(\"2024-07-01 12:00\", \"2006-01-02 15:04\", \"Europe/Berlin\") ~"
            + " 2024-07-01T10:00:00Z",
        "let d = duration(\"1h\"); now() - d ~ 2026-11-23T09:15:30Z",
        "asInt(\"1\") ~ COMPILE: unknown name asInt",
        "$env.result ~ COMPILE: unknown name result",
        "date(\"x\") ~ RUN: invalid date x"
      })
  void rangeQueriesKnowTimesAndNoResult(String text, String outcome) {
    assertThat(Vectors.describe(evaluator.evaluateTime(text, NOW))).isEqualTo(outcome);
  }
}
