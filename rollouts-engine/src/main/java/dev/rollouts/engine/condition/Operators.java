package dev.rollouts.engine.condition;

import dev.rollouts.engine.condition.syntax.Node.BinaryOperator;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** What operators do with values whose types show only now. */
final class Operators {
  private Operators() {}

  static @Nullable Object binary(
      Evaluation evaluation, BinaryOperator operator, @Nullable Object a, @Nullable Object b) {
    return switch (operator) {
      case EQUAL -> equal(evaluation, a, b);
      case NOT_EQUAL -> !equal(evaluation, a, b);
      case LESS -> less(evaluation, operator, a, b);
      case GREATER -> less(evaluation, operator, b, a);
      case LESS_OR_EQUAL -> lessOrEqual(evaluation, operator, a, b);
      case GREATER_OR_EQUAL -> lessOrEqual(evaluation, operator, b, a);
      case IN -> in(evaluation, a, b);
      case MATCHES -> matches(evaluation, a, b);
      case CONTAINS, STARTS_WITH, ENDS_WITH -> textual(evaluation, operator, a, b);
      case RANGE -> range(evaluation, a, b);
      case ADD -> add(evaluation, a, b);
      case SUBTRACT -> subtract(a, b);
      case MULTIPLY -> multiply(a, b);
      case DIVIDE -> {
        requireNumbers(operator, a, b);
        yield doubleOf(a) / doubleOf(b);
      }
      case REMAINDER -> remainder(a, b);
      case POWER -> {
        requireNumbers(operator, a, b);
        yield power(doubleOf(a), doubleOf(b));
      }
      case COALESCE -> a == null ? b : a;
    };
  }

  private static Fault invalid(BinaryOperator operator, @Nullable Object a, @Nullable Object b) {
    return Fault.run(
        "invalid operation: %s %s %s"
            .formatted(Values.typeName(a), operator.symbol(), Values.typeName(b)));
  }

  private static void requireNumbers(
      BinaryOperator operator, @Nullable Object a, @Nullable Object b) {
    if (!(a instanceof Number && b instanceof Number)) {
      throw invalid(operator, a, b);
    }
  }

  private static double doubleOf(@Nullable Object number) {
    return number instanceof Double d ? d : number instanceof Long l ? l : Double.NaN;
  }

  /** As C and Go have it: Java's own disagrees on the powers of one. The same on every machine. */
  static double power(double base, double exponent) {
    return base == 1 || (base == -1 && Double.isInfinite(exponent))
        ? 1
        : StrictMath.pow(base, exponent);
  }

  static Object negate(@Nullable Object value) {
    if (value instanceof Double number) {
      return -number;
    }
    if (value instanceof Long number) {
      return -number;
    }
    throw Fault.run("invalid operation: - " + Values.typeName(value));
  }

  static boolean truth(@Nullable Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw Fault.run("expected bool, but got " + Values.typeName(value));
  }

  static Object add(Evaluation evaluation, @Nullable Object a, @Nullable Object b) {
    if (a instanceof Number && b instanceof Number) {
      return a instanceof Long x && b instanceof Long y
          ? (Object) (x + y)
          : (Object) (doubleOf(a) + doubleOf(b));
    }
    if (a instanceof String x && b instanceof String y) {
      evaluation.allocate((long) x.length() + y.length());
      return x + y;
    }
    if (a instanceof Duration x && b instanceof Duration y) {
      return Duration.ofNanos(x.toNanos() + y.toNanos());
    }
    if (a instanceof ZonedDateTime x && b instanceof Duration y) {
      return Times.plus(x, y);
    }
    if (a instanceof Duration x && b instanceof ZonedDateTime y) {
      return Times.plus(y, x);
    }
    throw invalid(BinaryOperator.ADD, a, b);
  }

  private static Object subtract(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number && b instanceof Number) {
      return a instanceof Long x && b instanceof Long y
          ? (Object) (x - y)
          : (Object) (doubleOf(a) - doubleOf(b));
    }
    if (a instanceof Duration x && b instanceof Duration y) {
      return Duration.ofNanos(x.toNanos() - y.toNanos());
    }
    if (a instanceof ZonedDateTime x && b instanceof ZonedDateTime y) {
      return Times.between(y, x);
    }
    if (a instanceof ZonedDateTime x && b instanceof Duration y) {
      return Times.plus(x, y.negated());
    }
    throw invalid(BinaryOperator.SUBTRACT, a, b);
  }

  private static Object multiply(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number && b instanceof Number) {
      return a instanceof Long x && b instanceof Long y
          ? (Object) (x * y)
          : (Object) (doubleOf(a) * doubleOf(b));
    }
    if (a instanceof Duration x && b instanceof Number y) {
      return scaled(x, y);
    }
    if (a instanceof Number x && b instanceof Duration y) {
      return scaled(y, x);
    }
    throw invalid(BinaryOperator.MULTIPLY, a, b);
  }

  /**
   * A whole multiple of a duration is a duration; a fraction of it is a plain number of
   * nanoseconds.
   */
  private static Object scaled(Duration duration, Number factor) {
    return factor instanceof Long whole
        ? (Object) Duration.ofNanos(duration.toNanos() * whole)
        : (Object) (duration.toNanos() * factor.doubleValue());
  }

  private static Object remainder(@Nullable Object a, @Nullable Object b) {
    if (!(a instanceof Long x && b instanceof Long y)) {
      throw invalid(BinaryOperator.REMAINDER, a, b);
    }
    if (y == 0) {
      throw Fault.run("integer divide by zero");
    }
    return x % y;
  }

  private static List<Long> range(Evaluation evaluation, @Nullable Object a, @Nullable Object b) {
    if (!(a instanceof Number from && b instanceof Number to)) {
      throw invalid(BinaryOperator.RANGE, a, b);
    }
    long first = from.longValue();
    long last = to.longValue();
    if (last < first) {
      return List.of();
    }
    long size = last - first + 1;
    if (size <= 0) {
      throw Fault.memory();
    }
    evaluation.allocate(size);
    return new Range(first, (int) size);
  }

  /** The integers from {@code first} on, without a box for each. */
  private static final class Range extends AbstractList<Long> implements RandomAccess {
    private final long first;
    private final int size;

    Range(long first, int size) {
      this.first = first;
      this.size = size;
    }

    @Override
    public Long get(int index) {
      return first + index;
    }

    @Override
    public int size() {
      return size;
    }
  }

  /** Whether the two are equal: numbers across their types, arrays by element, maps strictly. */
  static boolean equal(Evaluation evaluation, @Nullable Object a, @Nullable Object b) {
    return equal(evaluation, a, b, false, 0);
  }

  private static boolean equal(
      Evaluation evaluation, @Nullable Object a, @Nullable Object b, boolean strict, int depth) {
    if (a == null || b == null) {
      return a == b || a == Groups.NOTHING || b == Groups.NOTHING;
    }
    if (a instanceof Number x && b instanceof Number y) {
      return equalNumbers(x, y, strict);
    }
    if (a instanceof String x && b instanceof String y) {
      evaluation.read(x);
      return x.equals(y);
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return equalLists(evaluation, x, y, strict, Evaluation.deeper(depth));
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return equalMaps(evaluation, x, y, Evaluation.deeper(depth));
    }
    if (a instanceof ZonedDateTime x && b instanceof ZonedDateTime y) {
      return x.toInstant().equals(y.toInstant());
    }
    return (a instanceof Boolean
            || a instanceof Duration
            || a instanceof ZoneId
            || a instanceof Month
            || a instanceof DayOfWeek)
        && a.equals(b);
  }

  private static boolean equalNumbers(Number a, Number b, boolean strict) {
    if (a instanceof Long && b instanceof Long) {
      return a.longValue() == b.longValue();
    }
    return !(strict && a.getClass() != b.getClass()) && a.doubleValue() == b.doubleValue();
  }

  private static boolean equalLists(
      Evaluation evaluation, List<?> a, List<?> b, boolean strict, int depth) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      evaluation.step(1);
      if (!equal(evaluation, a.get(i), b.get(i), strict, depth)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalMaps(Evaluation evaluation, Map<?, ?> a, Map<?, ?> b, int depth) {
    if (a.size() != b.size() || a instanceof Groups != b instanceof Groups) {
      return false;
    }
    for (Map.Entry<?, ?> entry : a.entrySet()) {
      evaluation.step(1);
      Object other = b.get(entry.getKey());
      if (!(other != null || b.containsKey(entry.getKey()))
          || !equal(evaluation, entry.getValue(), other, true, depth)) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code a} comes before {@code b}. */
  static boolean less(Evaluation evaluation, @Nullable Object a, @Nullable Object b) {
    return less(evaluation, BinaryOperator.LESS, a, b);
  }

  private static boolean less(
      Evaluation evaluation, BinaryOperator operator, @Nullable Object a, @Nullable Object b) {
    if (a instanceof Number && b instanceof Number) {
      return a instanceof Long x && b instanceof Long y ? x < y : doubleOf(a) < doubleOf(b);
    }
    return compare(evaluation, operator, a, b) < 0;
  }

  private static boolean lessOrEqual(
      Evaluation evaluation, BinaryOperator operator, @Nullable Object a, @Nullable Object b) {
    if (a instanceof Number && b instanceof Number) {
      return a instanceof Long x && b instanceof Long y ? x <= y : doubleOf(a) <= doubleOf(b);
    }
    return compare(evaluation, operator, a, b) <= 0;
  }

  private static int compare(
      Evaluation evaluation, BinaryOperator operator, @Nullable Object a, @Nullable Object b) {
    if (a instanceof String x && b instanceof String y) {
      evaluation.read(x);
      return compareTexts(x, y);
    }
    if (a instanceof ZonedDateTime x && b instanceof ZonedDateTime y) {
      return x.toInstant().compareTo(y.toInstant());
    }
    if (a instanceof Duration x && b instanceof Duration y) {
      return x.compareTo(y);
    }
    boolean swapped =
        operator == BinaryOperator.GREATER || operator == BinaryOperator.GREATER_OR_EQUAL;
    throw swapped ? invalid(operator, b, a) : invalid(operator, a, b);
  }

  /** As their UTF-8 bytes compare, which is the order of code points and not that of UTF-16. */
  static int compareTexts(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
        return surrogates
            ? Boolean.compare(Character.isSurrogate(x), Character.isSurrogate(y))
            : x - y;
      }
    }
    return a.length() - b.length();
  }

  static boolean in(Evaluation evaluation, @Nullable Object needle, @Nullable Object hay) {
    if (hay == null) {
      return false;
    }
    if (hay instanceof List<?> list) {
      for (Object element : list) {
        evaluation.step(1);
        if (equal(evaluation, needle, element)) {
          return true;
        }
      }
      return false;
    }
    if (hay instanceof Map<?, ?> map) {
      if (map instanceof Groups) {
        return map.containsKey(needle);
      }
      if (needle == null) {
        return false;
      }
      if (!(needle instanceof String)) {
        throw Fault.run(
            "cannot use %s as type string in map key".formatted(Values.typeName(needle)));
      }
      return map.containsKey(needle);
    }
    throw Fault.run("operator \"in\" not defined on " + Values.typeName(hay));
  }

  private static void requireKey(Map<?, ?> map, @Nullable Object key) {
    if (!(key instanceof String || map instanceof Groups)) {
      throw Fault.run(
          "cannot use %s to get an element from %s"
              .formatted(Values.typeName(key), Values.typeName(map)));
    }
  }

  private static boolean matches(
      Evaluation evaluation, @Nullable Object text, @Nullable Object pattern) {
    if (text == null || pattern == null) {
      return false;
    }
    if (!(text instanceof String t && pattern instanceof String p)) {
      throw invalid(BinaryOperator.MATCHES, text, pattern);
    }
    return RegularExpression.of(evaluation, p).find(evaluation, t);
  }

  static boolean matches(Evaluation evaluation, @Nullable Object text, RegularExpression pattern) {
    if (text == null) {
      return false;
    }
    if (!(text instanceof String t)) {
      throw invalid(BinaryOperator.MATCHES, text, "");
    }
    return pattern.find(evaluation, t);
  }

  private static boolean textual(
      Evaluation evaluation, BinaryOperator operator, @Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return false;
    }
    if (!(a instanceof String text && b instanceof String part)) {
      throw invalid(operator, a, b);
    }
    evaluation.read(text);
    evaluation.read(part);
    return switch (operator) {
      case CONTAINS -> Texts.indexOf(evaluation, text, part) >= 0;
      case STARTS_WITH -> text.startsWith(part);
      default -> text.endsWith(part);
    };
  }

  /** {@code target[key]}. */
  static @Nullable Object index(
      Evaluation evaluation, @Nullable Object target, @Nullable Object key) {
    if (target instanceof List<?> list) {
      return list.get(position(key, list.size()));
    }
    if (target instanceof Map<?, ?> map) {
      requireKey(map, key);
      return map instanceof Groups groups ? groups.at(key) : map.get(key);
    }
    if (target instanceof String text) {
      evaluation.read(text);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return (long) (bytes[position(key, bytes.length)] & 0xFF);
    }
    throw cannotFetch(key, target);
  }

  private static Fault cannotFetch(@Nullable Object key, @Nullable Object target) {
    String name = key instanceof String text ? Fault.excerpt(text) : Formats.brief(key);
    return Fault.run("cannot fetch %s from %s".formatted(name, Values.typeName(target)));
  }

  private static int position(@Nullable Object key, int size) {
    if (!(key instanceof Number number)) {
      throw Fault.run(
          "array elements can only be selected using an integer (got %s)"
              .formatted(Values.typeName(key)));
    }
    long index = number.longValue();
    if (index < 0) {
      index += size;
    }
    if (index < 0 || index >= size) {
      throw Fault.run("index out of range: %d (array length is %d)".formatted(index, size));
    }
    return (int) index;
  }

  /** {@code target.name}. */
  static @Nullable Object member(@Nullable Object target, String name) {
    if (target instanceof Map<?, ?> map) {
      return map instanceof Groups groups ? groups.at(name) : map.get(name);
    }
    throw cannotFetch(name, target);
  }

  /** {@code target[from:to]}; a null bound is the end on that side. */
  static Object slice(
      Evaluation evaluation, @Nullable Object target, @Nullable Long from, @Nullable Long to) {
    if (target instanceof List<?> list) {
      int end = bound(to, list.size(), list.size());
      int start = Math.min(bound(from, 0, list.size()), end);
      return list.subList(start, end);
    }
    if (target instanceof String text) {
      return sliceText(evaluation, text, from, to);
    }
    throw Fault.run("cannot slice " + Values.typeName(target));
  }

  /** Bounds count bytes; a character that is cut in two becomes the replacement character. */
  private static String sliceText(
      Evaluation evaluation, String text, @Nullable Long from, @Nullable Long to) {
    evaluation.read(text);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int end = bound(to, bytes.length, bytes.length);
    int start = Math.min(bound(from, 0, bytes.length), end);
    evaluation.allocate(end - start);
    return bytes.length == text.length()
        ? text.substring(start, end)
        : new String(Arrays.copyOfRange(bytes, start, end), StandardCharsets.UTF_8);
  }

  private static int bound(@Nullable Long index, int absent, int size) {
    if (index == null) {
      return absent;
    }
    long fromStart = index < 0 ? index + size : index;
    return (int) Math.max(0, Math.min(fromStart, size));
  }

  /** A slice's bound as an integer. */
  static Long sliceBound(@Nullable Object bound) {
    if (bound instanceof Number number) {
      return number.longValue();
    }
    throw Fault.run(
        "slices can only be cut at an integer (got %s)".formatted(Values.typeName(bound)));
  }

  /** Turns what {@code java.time} refuses into a fault. */
  static Fault outOfRange(DateTimeException refused) {
    return Fault.run("time out of range: " + Fault.excerpt(String.valueOf(refused.getMessage())));
  }
}
