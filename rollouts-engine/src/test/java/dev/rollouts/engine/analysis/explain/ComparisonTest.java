package dev.rollouts.engine.analysis.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which comparisons a condition holds, and which numbers they are about. */
class ComparisonTest {
  @ParameterizedTest(name = "{0} compares {1} {2} {3}")
  @CsvSource(
      delimiter = ';',
      value = {
        "result >= 0.95; result; >=; 0.95",
        "0.95 <= result[0]; result[0]; >=; 0.95",
        "result[0] < -1.5; result[0]; <; -1.5",
        "result.errors / result.total > 1 / 4; result.errors / result.total; >; 0.25",
        "len(result) == 0; len(result); ==; 0",
        "result != 5; result; !=; 5",
        "(result) > 3; result; >; 3",
        "(result.a - 1) / 2 >= 3; (result.a - 1) / 2; >=; 3",
        "default(result, 0) > 0x10; default(result, 0); >; 16",
      })
  void findsTheOneComparison(String condition, String subject, String operator, double threshold) {
    assertThat(Comparison.in(condition))
        .singleElement()
        .satisfies(
            comparison -> {
              assertThat(comparison.subject()).isEqualTo(subject);
              assertThat(comparison.operator()).isEqualTo(operator);
              assertThat(comparison.threshold()).isEqualTo(threshold);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"result", "result == \"ok\"", "result[0] > result[1]", "1 < 2", "result >", ""})
  void findsNoneWhereNothingMeasuredMeetsANumber(String condition) {
    assertThat(Comparison.in(condition)).isEmpty();
  }

  @Test
  void findsEachOfSeveral() {
    assertThat(Comparison.in("0.1 < result[0] <= 5 and not (all(result, # < 7) or result[1] == 2)"))
        .extracting(Comparison::toString)
        .containsExactly("0.1 < result[0]", "result[0] <= 5", "# < 7", "result[1] == 2");
  }

  @ParameterizedTest(name = "{0} of {1} is {2}")
  @CsvSource(
      delimiter = ';',
      value = {
        "result > 0; 0.93; 0.93",
        "result[0] > 0; [0.93,0.5]; 0.93",
        "result[-1] > 0; [0.93,0.5]; 0.5",
        "result[2] > 0; [0.93,0.5]; ",
        "len(result) > 0; []; 0",
        "max(result) > 0; [1,3,2]; 3",
        "mean(result) > 0; [1,3,2]; 2",
        "sum(result) > 0; [1,NaN]; ",
        "result.a.b > 0; {\"a\":{\"b\":4}}; 4",
        "result[\"a\"] > 0; {\"a\":4}; 4",
        "(result?.a ?? 7) > 0; {\"b\":4}; 7",
        "default(result, 3) > 0; null; 3",
        "abs(result[0] - 2) > 0; [0.5]; 1.5",
        "count(result, # > 1) > 0; [1,2]; ",
        "result > 0; [0.004 <nil> 3]; ",
        "result[2] > 0; [0.004 <nil> 3]; 3",
        "result[0] > 0; [+Inf]; Infinity",
      })
  void readsWhatTheSubjectWas(String condition, String value, Double subject) {
    List<Comparison> comparisons = Comparison.in(condition);
    Comparison last = comparisons.get(0);
    assertThat(last.subjects(MeasuredValue.read(value).orElseThrow()))
        .isEqualTo(subject == null ? List.of() : List.of(subject));
  }

  @Test
  void tellsWhichOnesAreWantedNotToHold() {
    assertThat(
            Comparison.in(
                "result[0] > 1 and not (result[0] > 2) and none(result, # > 3)"
                    + " and not any(result, not (# > 4))"))
        .extracting(Comparison::isNegated)
        .containsExactly(false, true, true, false);
  }

  @Test
  void readsEveryElement() {
    Comparison comparison = Comparison.in("all(result, #.p99 < 0.3)").get(0);
    assertThat(comparison.isPerElement()).isTrue();
    assertThat(
            comparison.subjects(MeasuredValue.read("[{\"p99\":0.1},{\"p99\":0.4}]").orElseThrow()))
        .containsExactly(0.1, 0.4);
  }

  @Test
  void nothingButUnequalEverHoldsForNaN() {
    assertThat(
            Comparison.in("result < 1 or result > 1 or result == 1 or result != 1").stream()
                .filter(comparison -> comparison.holds(Double.NaN)))
        .extracting(Comparison::operator)
        .containsExactly("!=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "ok", "[1,", "{\"a\"}", "\"open", "[1] 2", "1d", "0x", "{1:2}", "\"\\u12"
      })
  void aTextThatIsNoValueIsNone(String text) {
    assertThat(MeasuredValue.read(text)).isEmpty();
  }

  @Test
  void aVeryDeepValueIsNone() {
    assertThat(MeasuredValue.read("[".repeat(100) + "]".repeat(100))).isEmpty();
    assertThat(MeasuredValue.read("[".repeat(30_000))).isEmpty();
  }
}
