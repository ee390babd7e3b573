package dev.rollouts.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.engine.condition.Vectors.Row;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the specification's tables, in conditions/vectors.md. */
class ConditionVectorsTest {
  private static final String TABLES = "conditions/vectors.md";
  private static final ConditionEvaluator EVALUATOR = new ConditionEvaluator();

  static List<Row> conditions() {
    return Vectors.rows(TABLES, "\\d+");
  }

  static List<Row> phases() {
    return Vectors.rows(TABLES, "P\\d+");
  }

  static List<Row> times() {
    return Vectors.rows(TABLES, "T\\d+");
  }

  @Test
  void noRowIsMissing() {
    assertThat(conditions()).hasSize(326).doesNotHaveDuplicates();
    assertThat(phases()).hasSize(22);
    assertThat(times()).hasSize(10);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("conditions")
  void aConditionAnswersWhatTheTableSays(Row row) {
    Condition condition = EVALUATOR.compile(row.cells().get(2), Vectors.kind(row.cells().get(0)));

    ConditionOutcome outcome =
        EVALUATOR.evaluate(condition, Vectors.value(row.cells().get(1)), Vectors.NOW);

    assertThat(Vectors.describe(outcome)).isEqualTo(row.cells().get(3));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("phases")
  @DisplayName("A-056 two conditions give the phase that the table says")
  void twoConditionsGiveThePhaseThatTheTableSays(Row row) {
    Assessment assessment =
        EVALUATOR.assess(
            row.cells().get(2),
            row.cells().get(3),
            Vectors.kind(row.cells().get(0)),
            Vectors.value(row.cells().get(1)),
            Vectors.NOW);

    String message = assessment.message().isEmpty() ? "" : ": " + assessment.message();
    assertThat(assessment.phase().wireName() + message).isEqualTo(row.cells().get(4));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("times")
  void aTimeOfARangeQueryIsWhatTheTableSays(Row row) {
    TimeOutcome outcome = EVALUATOR.evaluateTime(row.cells().get(0), Vectors.NOW);

    assertThat(Vectors.describe(outcome)).isEqualTo(row.cells().get(1));
  }
}
