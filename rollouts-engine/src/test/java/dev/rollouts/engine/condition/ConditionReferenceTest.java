package dev.rollouts.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.ResultKind;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random arithmetic, comparisons and logic against an interpreter that is too simple to be wrong:
 * it knows the value of an expression because it computed it while it wrote the text. The same
 * expression is evaluated with its operands typed, untyped and written out, which are three
 * different translations.
 */
class ConditionReferenceTest {
  private static final int EXPRESSIONS = 1_500;
  private static final double[] NUMBERS = {0, 1, -1, 2, 0.5, -2.5, 10, 1e9, 3, 7};
  private static final ConditionEvaluator EVALUATOR = new ConditionEvaluator();

  /** Where the operands a, b and c come from. */
  enum Source {
    TYPED(ResultKind.VECTOR, "result[%d]") {
      @Override
      Object value(double a, double b, double c) {
        return List.of(a, b, c);
      }
    },
    UNTYPED(ResultKind.LIST, "result[%d]") {
      @Override
      Object value(double a, double b, double c) {
        return List.of(a, b, c);
      }
    },
    MEMBER(ResultKind.MAP, "result.v%d") {
      @Override
      Object value(double a, double b, double c) {
        return Map.of("v0", a, "v1", b, "v2", c);
      }
    },
    WRITTEN_OUT(ResultKind.SCALAR, "") {
      @Override
      Object value(double a, double b, double c) {
        return a;
      }
    };

    private final ResultKind kind;
    private final String operand;

    Source(ResultKind kind, String operand) {
      this.kind = kind;
      this.operand = operand;
    }

    abstract Object value(double a, double b, double c);
  }

  /**
   * A text, how tightly its outermost operator binds, and what it evaluates to: Long, Double or
   * Boolean.
   */
  private record Expression(String text, int precedence, Object value) {
    double number() {
      return ((Number) value).doubleValue();
    }

    boolean truth() {
      return (Boolean) value;
    }

    boolean isInteger() {
      return value instanceof Long;
    }

    /** In parentheses where it would bind less tightly than needed. */
    String at(int minimum) {
      return precedence < minimum ? "(" + text + ")" : text;
    }
  }

  private static final int TERNARY = 0;
  private static final int OR = 1;
  private static final int AND = 2;
  private static final int COMPARISON = 3;
  private static final int SUM = 4;
  private static final int NOT = 5;
  private static final int PRODUCT = 6;
  private static final int SIGN = 7;
  private static final int POWER = 8;
  private static final int ATOM = 9;

  private static final class Writer {
    private final Random random;
    private final Source source;
    private final double[] operands;

    Writer(Random random, Source source, double[] operands) {
      this.random = random;
      this.source = source;
      this.operands = operands;
    }

    Expression number(int depth) {
      if (depth == 0 || random.nextInt(5) == 0) {
        return operand();
      }
      return switch (random.nextInt(9)) {
        case 0, 1 -> sum(number(depth - 1), number(depth - 1), random.nextBoolean());
        case 2, 3 -> product(number(depth - 1), number(depth - 1));
        case 4 -> quotient(number(depth - 1), number(depth - 1));
        case 5 -> power(number(depth - 1), number(depth - 1));
        case 6 -> negated(number(depth - 1));
        case 7 -> remainder();
        default -> {
          Expression condition = truth(depth - 1);
          Expression then = number(depth - 1);
          Expression otherwise = number(depth - 1);
          yield new Expression(
              condition.at(OR) + " ? " + then.text() + " : " + otherwise.text(),
              TERNARY,
              condition.truth() ? then.value() : otherwise.value());
        }
      };
    }

    private Expression operand() {
      if (random.nextInt(3) == 0) {
        long integer = random.nextInt(20);
        return new Expression(Long.toString(integer), ATOM, integer);
      }
      int i = random.nextInt(operands.length);
      boolean literal = source == Source.WRITTEN_OUT;
      String text = literal ? Double.toString(Math.abs(operands[i])) : source.operand.formatted(i);
      Expression operand =
          new Expression(text, ATOM, literal ? Math.abs(operands[i]) : operands[i]);
      return literal && operands[i] < 0 ? negated(operand) : operand;
    }

    private static Expression sum(Expression a, Expression b, boolean plus) {
      Object value =
          a.isInteger() && b.isInteger()
              ? (Object)
                  (plus ? (long) a.value() + (long) b.value() : (long) a.value() - (long) b.value())
              : (Object) (plus ? a.number() + b.number() : a.number() - b.number());
      return new Expression(a.at(SUM) + (plus ? " + " : " - ") + b.at(NOT), SUM, value);
    }

    private static Expression product(Expression a, Expression b) {
      Object value =
          a.isInteger() && b.isInteger()
              ? (Object) ((long) a.value() * (long) b.value())
              : (Object) (a.number() * b.number());
      return new Expression(a.at(PRODUCT) + " * " + b.at(SIGN), PRODUCT, value);
    }

    private static Expression quotient(Expression a, Expression b) {
      return new Expression(a.at(PRODUCT) + " / " + b.at(SIGN), PRODUCT, a.number() / b.number());
    }

    private static Expression power(Expression a, Expression b) {
      double value =
          a.number() == 1 || (a.number() == -1 && Double.isInfinite(b.number()))
              ? 1
              : StrictMath.pow(a.number(), b.number());
      return new Expression(a.at(ATOM) + " ** " + b.at(POWER), POWER, value);
    }

    private static Expression negated(Expression a) {
      Object value = a.isInteger() ? (Object) (-(long) a.value()) : (Object) (-a.number());
      return new Expression("-" + a.at(SIGN), SIGN, value);
    }

    private Expression remainder() {
      long a = random.nextInt(40);
      long b = 1L + random.nextInt(9);
      return new Expression(a + " % " + b, PRODUCT, a % b);
    }

    Expression truth(int depth) {
      if (depth == 0) {
        boolean value = random.nextBoolean();
        return new Expression(Boolean.toString(value), ATOM, value);
      }
      return switch (random.nextInt(8)) {
        case 0 -> {
          Expression a = truth(depth - 1);
          Expression b = truth(depth - 1);
          String operator = random.nextBoolean() ? " and " : " && ";
          yield new Expression(
              a.at(AND) + operator + b.at(COMPARISON), AND, a.truth() && b.truth());
        }
        case 1 -> {
          Expression a = truth(depth - 1);
          Expression b = truth(depth - 1);
          String operator = random.nextBoolean() ? " or " : " || ";
          yield new Expression(a.at(OR) + operator + b.at(AND), OR, a.truth() || b.truth());
        }
        case 2 -> {
          Expression a = truth(depth - 1);
          String operator = random.nextBoolean() ? "not " : "!";
          yield new Expression(operator + a.at(ATOM), NOT, !a.truth());
        }
        case 3 -> {
          Expression a = number(depth - 1);
          Expression b = number(depth - 1);
          Expression c = number(depth - 1);
          yield new Expression(
              a.at(SUM) + " < " + b.at(SUM) + " <= " + c.at(SUM),
              COMPARISON,
              less(a, b) && (less(b, c) || equal(b, c)));
        }
        default -> comparison(number(depth - 1), number(depth - 1));
      };
    }

    private Expression comparison(Expression a, Expression b) {
      String operator = List.of("<", "<=", ">", ">=", "==", "!=").get(random.nextInt(6));
      boolean value =
          switch (operator) {
            case "<" -> less(a, b);
            case "<=" -> less(a, b) || equal(a, b);
            case ">" -> less(b, a);
            case ">=" -> less(b, a) || equal(a, b);
            case "==" -> equal(a, b);
            default -> !equal(a, b);
          };
      return new Expression(a.at(SUM) + " " + operator + " " + b.at(SUM), COMPARISON, value);
    }

    private static boolean less(Expression a, Expression b) {
      return a.isInteger() && b.isInteger()
          ? (long) a.value() < (long) b.value()
          : a.number() < b.number();
    }

    private static boolean equal(Expression a, Expression b) {
      return a.isInteger() && b.isInteger()
          ? (long) a.value() == (long) b.value()
          : a.number() == b.number();
    }
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  void everyTranslationAgreesWithTheReference(Source source) {
    for (int seed = 0; seed < EXPRESSIONS; seed++) {
      Random random = new Random(seed);
      double[] operands = {pick(random), pick(random), pick(random)};
      Expression expression = new Writer(random, source, operands).truth(4);
      Object value = source.value(operands[0], operands[1], operands[2]);

      ConditionOutcome outcome =
          EVALUATOR.evaluate(EVALUATOR.compile(expression.text(), source.kind), value, Vectors.NOW);

      assertThat(Vectors.describe(outcome))
          .as("seed %d, %s, %s", seed, value, expression.text())
          .isEqualTo(String.valueOf(expression.value()));
    }
  }

  private static double pick(Random random) {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }
}
