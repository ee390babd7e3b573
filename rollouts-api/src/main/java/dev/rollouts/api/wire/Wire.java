package dev.rollouts.api.wire;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads records from JSON trees and writes them back. Stateless and thread-safe.
 *
 * <p>Reading is tolerant: a malformed field becomes its zero value (null where the record allows
 * null), everything else is used, and each fault is reported with its path. Writing leaves out what
 * is absent, empty or zero unless the field is {@link Required} or nullable. Times are whole
 * seconds in UTC.
 */
public final class Wire {
  private static final int QUOTED_MAX = 60;

  private Wire() {}

  /**
   * Reads a record from a tree.
   *
   * @param tree an object; null and anything that is not an object read as an object without
   *     fields, the latter with a problem
   */
  public static <R extends Record> Decoded<R> decode(Class<R> type, @Nullable Object tree) {
    List<Problem> problems = new ArrayList<>();
    Object value = new Reader(problems).record(type, tree, Path.root());
    return new Decoded<>(type.cast(value), problems);
  }

  /** Writes a record as a tree of mutable maps and lists. */
  public static Map<String, @Nullable Object> encode(Record value) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    for (RecordShape.Field field : RecordShape.of(value.getClass()).fields().values()) {
      Object component = read(field, value);
      if (isWritten(field, component)) {
        tree.put(field.name(), encodeValue(component));
      }
    }
    return tree;
  }

  /**
   * Writes a record over the tree that it was read from: what the record does not know stays, and
   * so does the spelling of what did not change. {@code overlay(tree, decode(type, tree).value())}
   * equals {@code tree}.
   *
   * @param source the tree that the record, or an earlier version of it, was read from; not changed
   */
  public static Map<String, @Nullable Object> overlay(
      Map<String, ? extends @Nullable Object> source, Record value) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>(source);
    for (RecordShape.Field field : RecordShape.of(value.getClass()).fields().values()) {
      Object component = read(field, value);
      Object before = source.get(field.name());
      Object readBack = new Reader(new ArrayList<>()).field(field, before, Path.root());
      if (Objects.equals(readBack, component)) {
        continue;
      }
      if (isWritten(field, component)) {
        tree.put(field.name(), overlayValue(before, component));
      } else {
        tree.remove(field.name());
      }
    }
    return tree;
  }

  private static @Nullable Object overlayValue(
      @Nullable Object before, @Nullable Object component) {
    if (component instanceof Record value
        && !(component instanceof JsonObject)
        && !(component instanceof IntOrString)
        && before instanceof Map<?, ?> map) {
      return overlay(stringKeys(map), value);
    }
    if (component instanceof List<?> list && before instanceof List<?> old) {
      List<@Nullable Object> merged = new ArrayList<>(list.size());
      for (int i = 0; i < list.size(); i++) {
        merged.add(overlayValue(counterpart(old, list.get(i), i), list.get(i)));
      }
      return merged;
    }
    return encodeValue(component);
  }

  /** The old element of the same name, or at the same place where elements have no name. */
  private static @Nullable Object counterpart(List<?> old, @Nullable Object element, int index) {
    Object inPlace = index < old.size() ? old.get(index) : null;
    Object name = element instanceof Record value ? encode(value).get("name") : null;
    if (name == null || isNamed(inPlace, name)) {
      return inPlace;
    }
    return old.stream().filter(each -> isNamed(each, name)).findFirst().orElse(null);
  }

  private static boolean isNamed(@Nullable Object tree, Object name) {
    return tree instanceof Map<?, ?> map && name.equals(map.get("name"));
  }

  private static boolean isWritten(RecordShape.Field field, @Nullable Object component) {
    if (component == null) {
      return false;
    }
    if (field.required() || field.nullable()) {
      return true;
    }
    if (component instanceof String text) {
      return !text.isEmpty();
    }
    if (component instanceof Collection<?> collection) {
      return !collection.isEmpty();
    }
    if (component instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    if (component instanceof JsonObject object) {
      return !object.fields().isEmpty();
    }
    if (component instanceof Boolean flag) {
      return flag;
    }
    if (component instanceof Number number) {
      return number.longValue() != 0;
    }
    return !(component instanceof Record value)
        || component instanceof IntOrString
        || !encode(value).isEmpty();
  }

  private static @Nullable Object encodeValue(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      return object.fields();
    }
    if (value instanceof IntOrString number) {
      return number.value();
    }
    if (value instanceof WireEnum constant) {
      return constant.wireName();
    }
    if (value instanceof Instant instant) {
      return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
    if (value instanceof Record nested) {
      return encode(nested);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(element -> copy.add(encodeValue(element)));
      return copy;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, element) -> copy.put((String) key, encodeValue(element)));
      return copy;
    }
    return value;
  }

  private static @Nullable Object read(RecordShape.Field field, Record value) {
    try {
      return field.accessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "could not read " + field.name() + " of " + value.getClass(), e);
    }
  }

  private static Map<String, @Nullable Object> stringKeys(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }

  /** One reading of one tree. */
  private static final class Reader {
    private final List<Problem> problems;

    Reader(List<Problem> problems) {
      this.problems = problems;
    }

    Object record(Class<?> type, @Nullable Object tree, Path path) {
      RecordShape shape = RecordShape.of(type);
      Map<?, ?> object = Map.of();
      if (tree instanceof Map<?, ?> map) {
        object = map;
      } else if (tree != null) {
        wrongType(path, "an object", tree);
        return new Reader(new ArrayList<>()).record(type, null, path);
      }
      @Nullable Object[] values = new Object[shape.fields().size()];
      int i = 0;
      for (RecordShape.Field field : shape.fields().values()) {
        Object value = object.get(field.name());
        if (value == null && field.required()) {
          problems.add(
              new Problem(
                  path.key(field.name()), Problem.Kind.MISSING, "is required and absent; add it"));
        }
        // Most fields are absent, and nothing is said about those.
        values[i++] = field(field, value, value == null ? path : path.key(field.name()));
      }
      for (Object key : object.keySet()) {
        if (!shape.fields().containsKey(String.valueOf(key))) {
          problems.add(
              new Problem(
                  path.key(String.valueOf(key)),
                  Problem.Kind.UNKNOWN_FIELD,
                  "unknown field; known here: " + String.join(", ", shape.fields().keySet())));
        }
      }
      return shape.construct(values);
    }

    @Nullable Object field(RecordShape.Field field, @Nullable Object tree, Path path) {
      Object value = tree == null ? null : value(field.type(), tree, path);
      return value == null && !field.nullable() ? zero(field.type(), path) : value;
    }

    private @Nullable Object value(Type type, Object tree, Path path) {
      if (type instanceof ParameterizedType parameterized) {
        return parameterized.getRawType() == List.class
            ? list(parameterized.getActualTypeArguments()[0], tree, path)
            : map(parameterized.getActualTypeArguments()[1], tree, path);
      }
      Class<?> target = (Class<?>) type;
      if (target == String.class) {
        return tree instanceof String ? tree : wrongType(path, "a string", tree);
      }
      if (target == boolean.class || target == Boolean.class) {
        return tree instanceof Boolean ? tree : wrongType(path, "true or false", tree);
      }
      if (target == int.class || target == Integer.class) {
        Long number = integer(tree, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return number == null
            ? wrongType(path, "a 32-bit integer", tree)
            : (Object) number.intValue();
      }
      if (target == long.class || target == Long.class) {
        Long number = integer(tree, Long.MIN_VALUE, Long.MAX_VALUE);
        return number == null ? wrongType(path, "an integer", tree) : (Object) number;
      }
      if (target == Instant.class) {
        return instant(tree, path);
      }
      if (target == IntOrString.class) {
        if (tree instanceof String text) {
          return IntOrString.of(text);
        }
        Long number = integer(tree, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return number == null
            ? wrongType(path, "an integer, or a string that holds one", tree)
            : (Object) IntOrString.of(number.intValue());
      }
      if (target == JsonObject.class) {
        return tree instanceof Map<?, ?> map
            ? JsonObject.of(map)
            : wrongType(path, "an object", tree);
      }
      if (target.isEnum()) {
        return constant(target, tree, path);
      }
      return record(target, tree, path);
    }

    private @Nullable Object list(Type element, Object tree, Path path) {
      if (!(tree instanceof List<?> list)) {
        return wrongType(path, "a list", tree);
      }
      List<Object> values = new ArrayList<>(list.size());
      for (int i = 0; i < list.size(); i++) {
        Object item = list.get(i);
        Object value = item == null ? null : value(element, item, path.index(i));
        if (item == null) {
          wrongType(path.index(i), "a value", null);
        }
        Object kept = value == null ? zero(element, path.index(i)) : value;
        if (kept != null) {
          values.add(kept);
        }
      }
      return values;
    }

    private @Nullable Object map(Type element, Object tree, Path path) {
      if (!(tree instanceof Map<?, ?> map)) {
        return wrongType(path, "an object", tree);
      }
      Map<String, Object> values = new LinkedHashMap<>();
      map.forEach(
          (key, item) -> {
            Path here = path.key(String.valueOf(key));
            Object value =
                item == null ? wrongType(here, "a value", null) : value(element, item, here);
            Object kept = value == null ? zero(element, here) : value;
            if (kept != null) {
              values.put(String.valueOf(key), kept);
            }
          });
      return values;
    }

    private @Nullable Object instant(Object tree, Path path) {
      if (tree instanceof String text) {
        try {
          return WireTime.parse(text);
        } catch (DateTimeParseException notATime) {
          return wrongType(path, "a time such as 2026-05-01T10:00:00Z", tree);
        }
      }
      return wrongType(path, "a time such as 2026-05-01T10:00:00Z", tree);
    }

    private @Nullable Object constant(Class<?> type, Object tree, Path path) {
      Object[] constants = type.getEnumConstants();
      for (Object constant : constants) {
        if (((WireEnum) constant).wireName().equals(tree)) {
          return constant;
        }
      }
      return "".equals(tree)
          ? null
          : wrongType(
              path,
              Stream.of(constants)
                  .map(constant -> ((WireEnum) constant).wireName())
                  .collect(Collectors.joining(", ", "one of ", "")),
              tree);
    }

    /** The value of an absent field that may not be null. */
    private @Nullable Object zero(Type type, Path path) {
      if (type instanceof ParameterizedType parameterized) {
        return parameterized.getRawType() == List.class ? List.of() : Map.of();
      }
      Class<?> target = (Class<?>) type;
      if (target == String.class) {
        return "";
      }
      if (target == boolean.class || target == Boolean.class) {
        return false;
      }
      if (target == int.class || target == Integer.class) {
        return 0;
      }
      if (target == long.class || target == Long.class) {
        return 0L;
      }
      if (target == JsonObject.class) {
        return JsonObject.empty();
      }
      if (target == IntOrString.class) {
        return IntOrString.of(0);
      }
      if (target == Instant.class) {
        return Instant.EPOCH;
      }
      if (target.isEnum()) {
        return target.getEnumConstants()[0];
      }
      return new Reader(new ArrayList<>()).record(target, null, path);
    }

    private @Nullable Object wrongType(Path path, String wanted, @Nullable Object found) {
      boolean unquoted =
          wanted.equals("a string") && (found instanceof Number || found instanceof Boolean);
      problems.add(
          new Problem(
              path,
              Problem.Kind.WRONG_TYPE,
              "expected "
                  + wanted
                  + ", found "
                  + describe(found)
                  + (unquoted ? "; put it in quotes" : "")));
      return null;
    }

    private static @Nullable Long integer(Object tree, long min, long max) {
      if (tree instanceof Integer
          || tree instanceof Long
          || tree instanceof Short
          || tree instanceof Byte) {
        long number = ((Number) tree).longValue();
        return number >= min && number <= max ? number : null;
      }
      if (tree instanceof BigInteger big && big.bitLength() < Long.SIZE) {
        return integer(big.longValue(), min, max);
      }
      if (tree instanceof Double real && real == Math.rint(real) && Math.abs(real) < 0x1p63) {
        // Some JSON writers spell whole numbers 5.0 or 1e3.
        return integer(real.longValue(), min, max);
      }
      return null;
    }

    private static String describe(@Nullable Object found) {
      if (found == null) {
        return "null";
      }
      if (found instanceof Map) {
        return "an object";
      }
      if (found instanceof List) {
        return "a list";
      }
      String text = found.toString().replaceAll("\\s", " ");
      String shown = text.length() <= QUOTED_MAX ? text : text.substring(0, QUOTED_MAX) + "…";
      return found instanceof String ? "the string \"" + shown + "\"" : shown;
    }
  }
}
