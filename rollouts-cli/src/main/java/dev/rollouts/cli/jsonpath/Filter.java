package dev.rollouts.cli.jsonpath;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code [?(@.type=="Available")]}: the items of a list for which something holds.
 *
 * @param operator empty for the question whether there is something on the left
 */
record Filter(List<Step> left, String operator, List<Step> right) implements Step {
  @Override
  public List<@Nullable Object> from(List<@Nullable Object> values, Budget budget) {
    List<@Nullable Object> found = new ArrayList<>();
    for (Object each : values) {
      if (each == null) {
        continue;
      }
      if (!(each instanceof List<?> list)) {
        throw new JsonPathException("a filter wants a list, and here is " + Steps.kind(each));
      }
      for (Object item : list) {
        budget.spend();
        if (holds(item, budget)) {
          found.add(item);
        }
      }
    }
    return found;
  }

  private boolean holds(@Nullable Object item, Budget budget) {
    List<@Nullable Object> start = new ArrayList<>();
    start.add(item);
    List<@Nullable Object> lefts = Step.all(left, start, budget);
    if (operator.isEmpty()) {
      return !lefts.isEmpty();
    }
    List<@Nullable Object> rights = Step.all(right, start, budget);
    if (lefts.isEmpty() || rights.isEmpty()) {
      return false;
    }
    if (lefts.size() > 1 || rights.size() > 1) {
      throw new JsonPathException("can only compare one element at a time");
    }
    return compare(lefts.get(0), rights.get(0));
  }

  private boolean compare(@Nullable Object a, @Nullable Object b) {
    boolean numbers = a instanceof Number && b instanceof Number;
    return switch (operator) {
      case "==" -> numbers ? order(a, b) == 0 : Objects.equals(a, b);
      case "!=" -> numbers ? order(a, b) != 0 : !Objects.equals(a, b);
      case "<" -> order(a, b) < 0;
      case "<=" -> order(a, b) <= 0;
      case ">" -> order(a, b) > 0;
      case ">=" -> order(a, b) >= 0;
      default -> throw new IllegalStateException(operator);
    };
  }

  private static int order(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number left && b instanceof Number right) {
      return new BigDecimal(left.toString()).compareTo(new BigDecimal(right.toString()));
    }
    if (a instanceof String left && b instanceof String right) {
      return left.compareTo(right);
    }
    throw new JsonPathException(
        "incompatible types for comparison: %s and %s".formatted(Steps.kind(a), Steps.kind(b)));
  }
}
