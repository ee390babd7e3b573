package dev.rollouts.engine.condition;

import org.apache.commons.jexl3.JexlArithmetic;
import org.jspecify.annotations.Nullable;

/**
 * What JEXL's own operators mean in a generated script. The compiler uses them only where the
 * operands are known to be numbers (IEEE 754 and 64-bit integers that wrap) or booleans; everything
 * else is a {@link Site}.
 */
final class Arithmetic extends JexlArithmetic {

  Arithmetic() {
    super(true);
  }

  @Override
  public Object add(@Nullable Object left, @Nullable Object right) {
    return left instanceof Long a && right instanceof Long b
        ? (Object) (a + b)
        : (Object) (number(left) + number(right));
  }

  @Override
  public Object subtract(@Nullable Object left, @Nullable Object right) {
    return left instanceof Long a && right instanceof Long b
        ? (Object) (a - b)
        : (Object) (number(left) - number(right));
  }

  @Override
  public Object multiply(@Nullable Object left, @Nullable Object right) {
    return left instanceof Long a && right instanceof Long b
        ? (Object) (a * b)
        : (Object) (number(left) * number(right));
  }

  @Override
  public Object divide(@Nullable Object left, @Nullable Object right) {
    return number(left) / number(right);
  }

  @Override
  public Object negate(@Nullable Object value) {
    return value instanceof Long a ? (Object) (-a) : (Object) (-number(value));
  }

  @Override
  public boolean equals(@Nullable Object left, @Nullable Object right) {
    if (left instanceof Boolean) {
      return left.equals(right);
    }
    return left instanceof Long a && right instanceof Long b
        ? a.longValue() == b.longValue()
        : number(left) == number(right);
  }

  @Override
  public boolean lessThan(@Nullable Object left, @Nullable Object right) {
    return left instanceof Long a && right instanceof Long b ? a < b : number(left) < number(right);
  }

  @Override
  public boolean lessThanOrEqual(@Nullable Object left, @Nullable Object right) {
    return left instanceof Long a && right instanceof Long b
        ? a <= b
        : number(left) <= number(right);
  }

  @Override
  public boolean greaterThan(@Nullable Object left, @Nullable Object right) {
    return left instanceof Long a && right instanceof Long b ? a > b : number(left) > number(right);
  }

  @Override
  public boolean greaterThanOrEqual(@Nullable Object left, @Nullable Object right) {
    return left instanceof Long a && right instanceof Long b
        ? a >= b
        : number(left) >= number(right);
  }

  @Override
  public Object not(@Nullable Object value) {
    return !toBoolean(value);
  }

  @Override
  public boolean toBoolean(@Nullable Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw Fault.run("expected bool, but got " + Values.typeName(value));
  }

  @Override
  public boolean testPredicate(@Nullable Object value) {
    return toBoolean(value);
  }

  private static double number(@Nullable Object value) {
    if (value instanceof Double number) {
      return number;
    }
    if (value instanceof Long number) {
      return number;
    }
    throw Fault.run("expected a number, but got " + Values.typeName(value));
  }
}
