package dev.rollouts.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.engine.condition.syntax.Span;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What single expressions evaluate to, in conditions/values.tsv: every operator, literal and
 * function with its edges.
 */
class ConditionValuesTest {
  private static final ConditionEvaluator EVALUATOR = new ConditionEvaluator();

  record Row(String kind, String result, String expression, String outcome) {}

  static List<Row> rows() {
    return Arrays.stream(Vectors.text("conditions/values.tsv").split("\n", -1))
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .map(cells -> new Row(cells[0], cells[1], cells[2], cells[3]))
        .toList();
  }

  @Test
  void noRowIsMissing() {
    assertThat(rows()).hasSizeGreaterThan(2_000);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void anExpressionEvaluatesToWhatTheTableSays(Row row) {
    assertThat(evaluate(row)).isEqualTo(row.outcome());
  }

  private static String evaluate(Row row) {
    ResultKind kind = Vectors.kind(row.kind());
    Condition condition = EVALUATOR.compile(row.expression(), kind);
    if (condition.error().isPresent()) {
      return describe(condition.error().get());
    }
    try {
      Program program = condition.program();
      Evaluation evaluation = new Evaluation(program.slots(), Vectors.NOW);
      evaluation.setResult(Values.canonical(evaluation, Vectors.value(row.result()), kind));
      Object value = program.run(evaluation);
      String text = Formats.text(new Evaluation(new Object[0], Vectors.NOW), value);
      return Values.typeName(value) + " " + text.replace("\n", "\\n").replace("\t", "\\t");
    } catch (Fault fault) {
      return describe(fault.asError());
    }
  }

  private static String describe(ConditionError error) {
    Span span = error.span();
    return "%s: %s at %d:%d".formatted(error.kind(), error.detail(), span.line(), span.column());
  }
}
