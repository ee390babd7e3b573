package dev.rollouts.engine.condition;

import dev.rollouts.api.analysis.ResultKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values that conditions work on: null, {@code Boolean}, {@code Long}, {@code Double}, {@code
 * String}, {@code List}, {@code Map} with string keys, {@link Groups}, {@code ZonedDateTime},
 * {@code Duration} within 64 bits of nanoseconds, {@code ZoneId}, {@code Month}, {@code DayOfWeek}
 * and {@link Builtin} as a function.
 */
final class Values {
  private static final int BIG_NUMBER_BITS_LIMIT = 4096;

  private Values() {}

  /** As messages spell the type of a value; the spelling of Argo Rollouts. */
  static String typeName(@Nullable Object value) {
    return value == null ? "<nil>" : typeOf(value).name();
  }

  private static Type typeOf(Object value) {
    if (value instanceof Double) {
      return Type.FLOAT;
    }
    if (value instanceof Long) {
      return Type.INTEGER;
    }
    if (value instanceof String) {
      return Type.STRING;
    }
    if (value instanceof Boolean) {
      return Type.BOOLEAN;
    }
    if (value instanceof List) {
      return Type.ARRAY;
    }
    if (value instanceof Groups) {
      return Type.PAIRS;
    }
    if (value instanceof Map) {
      return Type.MAP;
    }
    if (value instanceof ZonedDateTime) {
      return Type.TIME;
    }
    if (value instanceof Duration) {
      return Type.DURATION;
    }
    if (value instanceof ZoneId) {
      return Type.ZONE;
    }
    if (value instanceof Month) {
      return Type.MONTH;
    }
    return value instanceof DayOfWeek ? Type.WEEKDAY : Type.FUNCTION;
  }

  /** What {@code type(value)} answers. */
  static String kindName(@Nullable Object value) {
    if (value == null) {
      return "nil";
    }
    Type type = typeOf(value);
    return switch (type.kind()) {
      case FLOAT -> "float";
      case ARRAY -> "array";
      case MAP, GROUPS -> "map";
      case ZONE -> "time.Location";
      default -> type.name();
    };
  }

  /**
   * The value of a metric as conditions see it: the same object if it is one already, else a copy.
   * Spends a step for every part.
   */
  static @Nullable Object canonical(
      Evaluation evaluation, @Nullable Object value, ResultKind kind) {
    Object canonical = canonical(evaluation, value, 0);
    boolean fits =
        switch (kind) {
          case SCALAR -> canonical instanceof Double;
          case VECTOR -> canonical instanceof List<?> list && allMatch(list, Double.class);
          case STRING -> canonical instanceof String;
          case BOOLEAN -> canonical instanceof Boolean;
          case NIL -> canonical == null;
          case MAP -> canonical instanceof Map;
          case LIST, ROWS -> canonical instanceof List;
          case RECORDS -> canonical instanceof List<?> list && allMatch(list, Map.class);
        };
    if (fits) {
      return canonical;
    }
    if (kind == ResultKind.SCALAR && canonical instanceof Long number) {
      return (double) number;
    }
    if (kind == ResultKind.VECTOR && canonical instanceof List<?> list) {
      return floats(list);
    }
    throw mismatch(kind, canonical);
  }

  private static boolean allMatch(List<?> list, Class<?> type) {
    for (Object element : list) {
      if (!type.isInstance(element)) {
        return false;
      }
    }
    return true;
  }

  private static List<Object> floats(List<?> numbers) {
    List<Object> floats = new ArrayList<>(numbers.size());
    for (Object number : numbers) {
      if (!(number instanceof Long || number instanceof Double)) {
        throw mismatch(ResultKind.VECTOR, number);
      }
      floats.add(((Number) number).doubleValue());
    }
    return floats;
  }

  private static Fault mismatch(ResultKind kind, @Nullable Object value) {
    return Fault.run("metric value is not %s: %s".formatted(kind.description(), typeName(value)));
  }

  private static @Nullable Object canonical(
      Evaluation evaluation, @Nullable Object value, int depth) {
    evaluation.step(1);
    if (value == null
        || value instanceof Double
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Long) {
      return value;
    }
    if (value instanceof List<?> list) {
      return canonicalList(evaluation, list, Evaluation.deeper(depth));
    }
    if (value instanceof Map<?, ?> map) {
      return canonicalMap(evaluation, map, Evaluation.deeper(depth));
    }
    return value instanceof Number number ? canonicalNumber(number) : canonicalTime(value);
  }

  private static List<?> canonicalList(Evaluation evaluation, List<?> list, int depth) {
    List<@Nullable Object> copy = null;
    int i = 0;
    for (Object element : list) {
      Object canonical = canonical(evaluation, element, depth);
      if (copy == null && canonical != element) {
        copy = new ArrayList<>(list.subList(0, i));
      }
      if (copy != null) {
        copy.add(canonical);
      }
      i++;
    }
    return copy == null ? list : copy;
  }

  private static Map<?, ?> canonicalMap(Evaluation evaluation, Map<?, ?> map, int depth) {
    Map<Object, @Nullable Object> copy = null;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String)) {
        throw Fault.run("metric value has a key that is not a string");
      }
      Object canonical = canonical(evaluation, entry.getValue(), depth);
      if (copy == null && canonical != entry.getValue()) {
        copy = new LinkedHashMap<>(map);
      }
      if (copy != null) {
        copy.put(entry.getKey(), canonical);
      }
    }
    return copy == null ? map : copy;
  }

  private static Object canonicalNumber(Number number) {
    if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
      return number.longValue();
    }
    if (number instanceof Float) {
      return number.doubleValue();
    }
    if (number instanceof BigInteger big && big.bitLength() <= BIG_NUMBER_BITS_LIMIT) {
      return big.bitLength() < Long.SIZE ? (Object) big.longValue() : (Object) big.doubleValue();
    }
    if (number instanceof BigDecimal big
        && big.unscaledValue().bitLength() <= BIG_NUMBER_BITS_LIMIT) {
      return big.doubleValue();
    }
    throw unsupported(number);
  }

  private static Object canonicalTime(Object value) {
    try {
      if (value instanceof Instant instant) {
        return instant.atZone(ZoneOffset.UTC);
      }
      if (value instanceof Duration duration) {
        return Duration.ofNanos(Times.nanos(duration));
      }
    } catch (DateTimeException outOfRange) {
      throw unsupported(value);
    }
    if (value instanceof ZonedDateTime) {
      return value;
    }
    throw unsupported(value);
  }

  private static Fault unsupported(Object value) {
    return Fault.run("metric value holds an unsupported " + value.getClass().getSimpleName());
  }
}
