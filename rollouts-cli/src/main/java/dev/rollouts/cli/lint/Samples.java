package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.engine.condition.syntax.Node;
import dev.rollouts.engine.condition.syntax.Node.BinaryOperator;
import dev.rollouts.engine.condition.syntax.Node.UnaryOperator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Values that tell all that simple conditions can distinguish. A condition is simple when it does
 * nothing with the result but compare it, its elements or its length with literals; then every
 * value behaves like one next to a literal.
 */
final class Samples {
  private static final int LENGTH_MAX = 12;

  /** Each takes two more values, and arrays of these are tried in pairs. */
  private static final int NUMBERS_MAX = 30;

  private static final Set<String> FUNCTIONS =
      Set.of("len", "isNaN", "isInf", "all", "any", "none", "one", "first", "last", "max", "min");
  private static final Set<BinaryOperator> COMPARISONS =
      Set.of(
          BinaryOperator.EQUAL,
          BinaryOperator.NOT_EQUAL,
          BinaryOperator.LESS,
          BinaryOperator.LESS_OR_EQUAL,
          BinaryOperator.GREATER,
          BinaryOperator.GREATER_OR_EQUAL,
          BinaryOperator.IN);

  private final TreeSet<Double> numbers = new TreeSet<>();
  private final TreeSet<String> texts = new TreeSet<>();
  private int length = 1;
  private boolean simple = true;

  private Samples() {}

  /**
   * Values for conditions, or nothing when one of them is not simple, or when it takes too many
   * values to tell.
   */
  static Optional<List<@Nullable Object>> of(ResultKind kind, List<Node> conditions) {
    Samples samples = new Samples();
    conditions.forEach(samples::visit);
    return samples.simple && samples.length <= LENGTH_MAX && samples.numbers.size() <= NUMBERS_MAX
        ? samples.values(kind)
        : Optional.empty();
  }

  private void visit(Node node) {
    if (node instanceof Node.IntegerLiteral literal) {
      numbers.add((double) literal.value());
    } else if (node instanceof Node.FloatLiteral literal) {
      numbers.add(literal.value());
    } else if (node instanceof Node.StringLiteral literal) {
      texts.add(literal.value());
    } else if (node instanceof Node.Unary unary) {
      simple &= unary.operator() == UnaryOperator.NOT || unary.operand() instanceof Node.Leaf;
      if (unary.operator() == UnaryOperator.MINUS) {
        negate(unary.operand());
      }
    } else if (node instanceof Node.Binary binary) {
      simple &= COMPARISONS.contains(binary.operator());
      compareLength(binary.children());
    } else if (node instanceof Node.Call call) {
      simple &= FUNCTIONS.contains(call.function());
    } else if (node instanceof Node.Index index) {
      simple &= index.target() instanceof Node.Name;
      reach(index.index());
    } else if (node instanceof Node.Name name) {
      simple &= name.name().equals("result");
    } else if (node instanceof Node.Pointer pointer) {
      simple &= pointer.name().isEmpty();
    } else {
      if (node instanceof Node.Chained) {
        compareLength(node.children());
      }
      simple &=
          node instanceof Node.Logical
              || node instanceof Node.Chained
              || node instanceof Node.Predicate
              || node instanceof Node.ArrayLiteral
              || node instanceof Node.BooleanLiteral;
    }
    node.children().forEach(this::visit);
  }

  /** Arrays must be long enough to tell {@code len(result) > 3} from its opposite. */
  private void compareLength(List<Node> operands) {
    if (operands.stream().anyMatch(each -> each instanceof Node.Call)) {
      operands.forEach(this::reach);
    }
  }

  /** Negative indexes count from the end, so they reach as far. */
  private void reach(Node index) {
    if (index instanceof Node.Unary unary) {
      reach(unary.operand());
    } else if (index instanceof Node.IntegerLiteral literal && literal.value() > 0) {
      length = (int) Math.max(length, Math.min(literal.value(), LENGTH_MAX) + 1);
    }
  }

  private void negate(Node operand) {
    if (operand instanceof Node.IntegerLiteral literal) {
      numbers.add((double) -literal.value());
    } else if (operand instanceof Node.FloatLiteral literal) {
      numbers.add(-literal.value());
    }
  }

  private Optional<List<@Nullable Object>> values(ResultKind kind) {
    return switch (kind) {
      case SCALAR -> Optional.of(new ArrayList<>(scalars()));
      case VECTOR -> Optional.of(vectors());
      case STRING -> Optional.of(strings());
      case BOOLEAN -> Optional.of(List.of(true, false));
      case NIL -> Optional.of(Collections.singletonList(null));
      case MAP, LIST, RECORDS, ROWS -> Optional.empty();
    };
  }

  /** Each literal, something between any two, something beyond them all, and what is no number. */
  private List<Double> scalars() {
    numbers.add(0.0);
    List<Double> all = new ArrayList<>(List.of(Double.NaN, Double.NEGATIVE_INFINITY));
    Double before = null;
    for (double number : numbers) {
      all.add(before == null ? number - 1 : before + (number - before) / 2);
      all.add(number);
      before = number;
    }
    all.add(numbers.last() + 1);
    all.add(Double.POSITIVE_INFINITY);
    return all;
  }

  private List<@Nullable Object> vectors() {
    List<@Nullable Object> all = new ArrayList<>();
    all.add(List.of());
    List<Double> scalars = scalars();
    for (int size = 1; size <= length + 1; size++) {
      for (double most : scalars) {
        for (double other : scalars) {
          for (int at = 0; at < size; at++) {
            List<Double> vector = new ArrayList<>(Collections.nCopies(size, most));
            vector.set(at, other);
            all.add(vector);
          }
        }
      }
    }
    return all;
  }

  private List<@Nullable Object> strings() {
    List<@Nullable Object> all = new ArrayList<>(List.of("", "something else"));
    for (String text : texts) {
      all.add(text);
      all.add(text + "x");
    }
    return all;
  }
}
