package dev.rollouts.engine.analysis.explain;

import dev.rollouts.engine.condition.syntax.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads numbers out of a measured value along simple expressions: {@code result[0]}, {@code
 * result.errors / result.total}, {@code len(result)}. Anything beyond that reads as null: this
 * explains verdicts, it does not reach them.
 *
 * @param result what the condition calls {@code result}
 * @param element what it calls {@code #}; null when there is none
 */
record NumberReading(@Nullable Object result, @Nullable Object element) {
  /** The number that an expression is, or null. */
  @Nullable Double number(Node node) {
    return value(node) instanceof Double number ? number : null;
  }

  /** The value of an expression; null also when it cannot be read. */
  @Nullable Object value(Node node) {
    if (node instanceof Node.IntegerLiteral literal) {
      return (double) literal.value();
    }
    if (node instanceof Node.FloatLiteral literal) {
      return literal.value();
    }
    if (node instanceof Node.Name name) {
      return name.name().equals("result") ? result : null;
    }
    if (node instanceof Node.Pointer pointer) {
      return pointer.name().isEmpty() ? element : null;
    }
    if (node instanceof Node.Index index) {
      return indexed(value(index.target()), index.index());
    }
    if (node instanceof Node.Member member) {
      return value(member.target()) instanceof Map<?, ?> map ? map.get(member.name()) : null;
    }
    if (node instanceof Node.OptionalChain chain) {
      return value(chain.body());
    }
    if (node instanceof Node.Unary unary) {
      Double operand = number(unary.operand());
      return operand == null || unary.operator() == Node.UnaryOperator.NOT
          ? null
          : unary.operator() == Node.UnaryOperator.MINUS ? (Double) (-operand) : operand;
    }
    if (node instanceof Node.Binary binary) {
      return computed(binary);
    }
    return node instanceof Node.Call call ? called(call) : null;
  }

  private @Nullable Object indexed(@Nullable Object target, Node index) {
    Double at = number(index);
    if (target instanceof List<?> list && at != null) {
      int place = at < 0 ? at.intValue() + list.size() : at.intValue();
      return place >= 0 && place < list.size() ? list.get(place) : null;
    }
    return target instanceof Map<?, ?> map && index instanceof Node.StringLiteral key
        ? map.get(key.value())
        : null;
  }

  private @Nullable Object computed(Node.Binary binary) {
    if (binary.operator() == Node.BinaryOperator.COALESCE) {
      Object left = value(binary.left());
      return left == null ? value(binary.right()) : left;
    }
    Double left = number(binary.left());
    Double right = number(binary.right());
    if (left == null || right == null) {
      return null;
    }
    return switch (binary.operator()) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      default -> null;
    };
  }

  private @Nullable Object called(Node.Call call) {
    if (call.arguments().isEmpty()) {
      return null;
    }
    Object argument = value(call.arguments().get(0));
    switch (call.function()) {
      case "default":
        return result == null && call.arguments().size() > 1
            ? value(call.arguments().get(1))
            : result;
      case "asFloat", "float":
        return argument instanceof Double ? argument : null;
      case "abs":
        return argument instanceof Double number ? (Double) Math.abs(number) : null;
      default:
        return argument instanceof List<?> list && call.arguments().size() == 1
            ? aggregated(call.function(), list)
            : null;
    }
  }

  private static @Nullable Object aggregated(String function, List<?> list) {
    if (function.equals("len")) {
      return (double) list.size();
    }
    List<Double> numbers = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof Double number)) {
        return null;
      }
      numbers.add(number);
    }
    if (numbers.isEmpty() || numbers.stream().anyMatch(number -> number.isNaN())) {
      return null;
    }
    DoubleStream all = numbers.stream().mapToDouble(Double::doubleValue);
    return switch (function) {
      case "first" -> numbers.get(0);
      case "last" -> numbers.get(numbers.size() - 1);
      case "max" -> all.max().getAsDouble();
      case "min" -> all.min().getAsDouble();
      case "sum" -> all.sum();
      case "mean" -> all.average().getAsDouble();
      default -> null;
    };
  }
}
