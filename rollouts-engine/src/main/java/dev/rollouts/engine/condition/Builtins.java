package dev.rollouts.engine.condition;

import dev.rollouts.engine.condition.Builtin.Parameter;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** The functions that take values, by name. */
final class Builtins {
  private static final Map<String, Builtin> ALL = new HashMap<>();

  static {
    environment("asInt", "x", Type.INTEGER, (e, a) -> asInt(a[0]));
    environment("asFloat", "x", Type.FLOAT, (e, a) -> asFloat(a[0]));
    environment("isNaN", "f", Type.BOOLEAN, (e, a) -> Double.isNaN(floating(a[0], "isNaN")));
    environment("isInf", "f", Type.BOOLEAN, (e, a) -> Double.isInfinite(floating(a[0], "isInf")));
    environment("isNil", "x", Type.BOOLEAN, (e, a) -> e.result() == null);
    environment("default", "xx", Type.ANY, (e, a) -> e.result() == null ? a[1] : e.result());

    define("len", "l", Type.INTEGER, (e, a) -> len(e, a[0]));
    define("max", "q+", Builtins::common, false, (e, a) -> extreme(e, a, "max"));
    define("min", "q+", Builtins::common, false, (e, a) -> extreme(e, a, "min"));
    define("mean", "q+", Builtins::common, false, Builtins::mean);
    define("median", "q+", Builtins::common, false, Builtins::median);
    define("abs", "n", types -> types.get(0), true, (e, a) -> abs(a[0]));
    define("ceil", "n", Type.FLOAT, (e, a) -> rounded(a[0], "ceil", Math::ceil));
    define("floor", "n", Type.FLOAT, (e, a) -> rounded(a[0], "floor", Math::floor));
    define(
        "round", "n", Type.FLOAT, (e, a) -> rounded(a[0], "round", Builtins::halvesAwayFromZero));
    define("int", "c", Type.INTEGER, (e, a) -> toInteger(a[0]));
    define("float", "c", Type.FLOAT, (e, a) -> toFloat(a[0]));
    define("string", "x", Type.STRING, (e, a) -> Formats.text(e, a[0]));
    define("type", "x", Type.STRING, (e, a) -> Values.kindName(a[0]));

    define("first", "a", Builtins::elementIfTyped, false, (e, a) -> end(e, a[0], 0));
    define("last", "a", Builtins::elementIfTyped, false, (e, a) -> end(e, a[0], -1));
    define("get", "xx", Builtins::element, false, (e, a) -> get(e, a[0], a[1]));
    define(
        "take",
        "ai",
        types -> types.get(0),
        false,
        (e, a) -> take(array(a[0], "take"), integer(a[1], "take")));
    define("reverse", "a", Type.ARRAY, (e, a) -> reverse(e, array(a[0], "reverse")));
    define("uniq", "a", Type.ARRAY, (e, a) -> uniq(e, array(a[0], "uniq")));
    define("concat", "a+", Type.ARRAY, Builtins::concat);
    define("flatten", "a", Type.ARRAY, (e, a) -> flatten(e, array(a[0], "flatten")));
    define("sort", "as?", Type.ARRAY, Builtins::sort);
    define("keys", "m", Type.ARRAY, (e, a) -> copy(e, map(a[0], "keys").keySet()));
    define("values", "m", Type.ARRAY, (e, a) -> copy(e, map(a[0], "values").values()));
    define("toPairs", "m", Type.ARRAY, (e, a) -> toPairs(e, map(a[0], "toPairs")));
    define("fromPairs", "a", Type.PAIRS, (e, a) -> fromPairs(e, array(a[0], "fromPairs")));

    define(
        "trim",
        "ss?",
        Type.STRING,
        (e, a) -> Texts.trim(e, string(a, 0, "trim"), optional(a, 1, "trim")));
    define(
        "trimPrefix",
        "ss?",
        Type.STRING,
        (e, a) ->
            Texts.trimPrefix(e, string(a, 0, "trimPrefix"), stringOr(a, 1, " ", "trimPrefix")));
    define(
        "trimSuffix",
        "ss?",
        Type.STRING,
        (e, a) ->
            Texts.trimSuffix(e, string(a, 0, "trimSuffix"), stringOr(a, 1, " ", "trimSuffix")));
    define("upper", "s", Type.STRING, (e, a) -> Texts.upper(e, string(a, 0, "upper")));
    define("lower", "s", Type.STRING, (e, a) -> Texts.lower(e, string(a, 0, "lower")));
    define(
        "split",
        "ssi?",
        Type.STRINGS,
        (e, a) ->
            Texts.split(
                e,
                string(a, 0, "split"),
                string(a, 1, "split"),
                integerOr(a, 2, -1, "split"),
                false));
    define(
        "splitAfter",
        "ssi?",
        Type.STRINGS,
        (e, a) ->
            Texts.split(
                e,
                string(a, 0, "splitAfter"),
                string(a, 1, "splitAfter"),
                integerOr(a, 2, -1, "splitAfter"),
                true));
    define(
        "replace",
        "sssi?",
        Type.STRING,
        (e, a) ->
            Texts.replace(
                e,
                string(a, 0, "replace"),
                string(a, 1, "replace"),
                string(a, 2, "replace"),
                integerOr(a, 3, -1, "replace")));
    define(
        "repeat",
        "si",
        Type.STRING,
        (e, a) -> Texts.repeat(e, string(a, 0, "repeat"), integer(a[1], "repeat")));
    define(
        "join",
        "as?",
        Type.STRING,
        (e, a) -> Texts.join(e, array(a[0], "join"), stringOr(a, 1, "", "join")));
    define(
        "indexOf",
        "ss",
        Type.INTEGER,
        (e, a) -> Texts.byteIndexOf(e, string(a, 0, "indexOf"), string(a, 1, "indexOf")));
    define(
        "lastIndexOf",
        "ss",
        Type.INTEGER,
        (e, a) ->
            Texts.byteLastIndexOf(e, string(a, 0, "lastIndexOf"), string(a, 1, "lastIndexOf")));
    define(
        "hasPrefix",
        "ss",
        Type.BOOLEAN,
        (e, a) -> startsWith(e, string(a, 0, "hasPrefix"), string(a, 1, "hasPrefix")));
    define(
        "hasSuffix",
        "ss",
        Type.BOOLEAN,
        (e, a) -> endsWith(e, string(a, 0, "hasSuffix"), string(a, 1, "hasSuffix")));

    define("toJSON", "x", Type.STRING, (e, a) -> Json.write(e, a[0]));
    define(
        "fromJSON",
        "s",
        types -> Type.ANY,
        false,
        (e, a) -> Json.read(e, string(a, 0, "fromJSON")));
    define("toBase64", "s", Type.STRING, (e, a) -> Texts.toBase64(e, string(a, 0, "toBase64")));
    define(
        "fromBase64", "s", Type.STRING, (e, a) -> Texts.fromBase64(e, string(a, 0, "fromBase64")));

    define("now", "z?", Type.TIME, (e, a) -> now(e, a));
    define("duration", "s", Type.DURATION, (e, a) -> Times.parseDuration(string(a, 0, "duration")));
    define("date", "sss?", 1, Type.TIME, (e, a) -> date(a));
    define("timezone", "s", Type.ZONE, (e, a) -> Times.zone(string(a, 0, "timezone")));

    bits("bitand", (x, y) -> x & y);
    bits("bitor", (x, y) -> x | y);
    bits("bitxor", (x, y) -> x ^ y);
    bits("bitnand", (x, y) -> x & ~y);
    bits("bitshl", (x, y) -> shift(y) >= Long.SIZE ? 0 : x << y);
    bits("bitshr", (x, y) -> x >> Math.min(shift(y), Long.SIZE - 1));
    bits("bitushr", (x, y) -> shift(y) >= Long.SIZE ? 0 : x >>> y);
    define("bitnot", "i", Type.INTEGER, (e, a) -> ~integer(a[0], "bitnot"));
  }

  private Builtins() {}

  static @Nullable Builtin named(String name) {
    return ALL.get(name);
  }

  /** The names of all functions that take values. */
  static Set<String> names() {
    return ALL.keySet();
  }

  private static void environment(
      String name, String parameters, Type result, Site.Operation operation) {
    add(name, parameters, -1, true, types -> result, !result.isAny(), operation);
  }

  private static void define(
      String name, String parameters, Type result, Site.Operation operation) {
    add(name, parameters, -1, false, types -> result, true, operation);
  }

  private static void define(
      String name, String parameters, int required, Type result, Site.Operation operation) {
    add(name, parameters, required, false, types -> result, true, operation);
  }

  private static void define(
      String name,
      String parameters,
      Function<List<Type>, Type> result,
      boolean sure,
      Site.Operation operation) {
    add(name, parameters, -1, false, result, sure, operation);
  }

  private static void bits(String name, LongBinaryOperator operator) {
    define(
        name,
        "ii",
        Type.INTEGER,
        (e, a) -> operator.applyAsLong(integer(a[0], name), integer(a[1], name)));
  }

  /**
   * @param parameters a letter for each; a question mark makes the last one optional, a plus
   *     repeatable
   * @param required how many have to be there; -1 for all but an optional one
   */
  private static void add(
      String name,
      String parameters,
      int required,
      boolean environment,
      Function<List<Type>, Type> result,
      boolean sure,
      Site.Operation operation) {
    boolean optional = parameters.endsWith("?");
    boolean variadic = parameters.endsWith("+");
    List<Parameter> list =
        parameters
            .chars()
            .filter(c -> c != '?' && c != '+')
            .mapToObj(c -> parameter((char) c))
            .toList();
    int least = required >= 0 ? required : list.size() - (optional ? 1 : 0);
    ALL.put(name, new Builtin(name, list, least, variadic, environment, result, sure, operation));
  }

  private static Parameter parameter(char letter) {
    return switch (letter) {
      case 's' -> Parameter.STRING;
      case 'i' -> Parameter.INTEGER;
      case 'f' -> Parameter.FLOAT;
      case 'n' -> Parameter.NUMBER;
      case 'a' -> Parameter.ARRAY;
      case 'm' -> Parameter.MAP;
      case 'l' -> Parameter.MEASURABLE;
      case 'q' -> Parameter.NUMBERS;
      case 'c' -> Parameter.CONVERTIBLE;
      case 'z' -> Parameter.ZONE;
      default -> Parameter.ANY;
    };
  }

  /** The type that all arguments share. */
  private static Type common(List<Type> types) {
    Type first = types.get(0);
    boolean shared = types.stream().allMatch(type -> type.isNumber() && type.equals(first));
    return shared ? first : Type.ANY;
  }

  private static Type element(List<Type> types) {
    return types.get(0).elementOrAny();
  }

  /** Arrays that are written out or come from a document are not typed. */
  private static Type elementIfTyped(List<Type> types) {
    Type array = types.get(0);
    return array.name().equals(Type.ARRAY.name()) ? Type.ANY : array.elementOrAny();
  }

  static Fault cannotUse(@Nullable Object value, Parameter expected, String function) {
    return Fault.run(
        "cannot use %s as argument (type %s) to call %s"
            .formatted(Values.typeName(value), expected.title(), function));
  }

  private static Fault invalid(@Nullable Object value, String function) {
    return Fault.run(
        "invalid argument for %s (type %s)".formatted(function, Values.typeName(value)));
  }

  static String string(@Nullable Object[] arguments, int i, String function) {
    if (arguments[i] instanceof String text) {
      return text;
    }
    throw cannotUse(arguments[i], Parameter.STRING, function);
  }

  private static @Nullable String optional(@Nullable Object[] arguments, int i, String function) {
    return i < arguments.length ? string(arguments, i, function) : null;
  }

  private static String stringOr(
      @Nullable Object[] arguments, int i, String absent, String function) {
    return i < arguments.length ? string(arguments, i, function) : absent;
  }

  static long integer(@Nullable Object value, String function) {
    if (value instanceof Long number) {
      return number;
    }
    throw cannotUse(value, Parameter.INTEGER, function);
  }

  private static long integerOr(@Nullable Object[] arguments, int i, long absent, String function) {
    return i < arguments.length ? integer(arguments[i], function) : absent;
  }

  private static double floating(@Nullable Object value, String function) {
    if (value instanceof Double number) {
      return number;
    }
    throw cannotUse(value, Parameter.FLOAT, function);
  }

  /** An array; the bytes of a string that shows only now. */
  static List<?> array(@Nullable Object value, String function) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw invalid(value, function);
  }

  private static Map<?, ?> map(@Nullable Object value, String function) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw invalid(value, function);
  }

  private static Object asInt(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    if (value instanceof String text) {
      Long number = Texts.parseInteger(text);
      if (number == null) {
        throw notANumber("ParseInt", text);
      }
      return number;
    }
    throw unsupported("asInt", value);
  }

  private static Object asFloat(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof String text) {
      Double number = Texts.parseFloat(text);
      if (number == null) {
        throw notANumber("ParseFloat", text);
      }
      boolean word = Character.isLetter(text.charAt(text.length() - 1));
      if (number.isInfinite() && !word) {
        throw Fault.run(
            "strconv.ParseFloat: parsing \"%s\": value out of range"
                .formatted(Fault.excerpt(text)));
      }
      return number;
    }
    throw unsupported("asFloat", value);
  }

  private static Fault notANumber(String function, String text) {
    boolean digits = !text.isEmpty() && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
    return Fault.run(
        "strconv.%s: parsing \"%s\": %s"
            .formatted(
                function,
                Fault.excerpt(text),
                digits && text.length() > 18 ? "value out of range" : "invalid syntax"));
  }

  private static Fault unsupported(String function, @Nullable Object value) {
    return Fault.run(
        "%s() not supported on %s %s"
            .formatted(function, Values.typeName(value), Formats.brief(value)));
  }

  private static Object toInteger(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    if (value instanceof Duration duration) {
      return duration.toNanos();
    }
    if (value instanceof Month month) {
      return (long) month.getValue();
    }
    if (value instanceof DayOfWeek day) {
      return (long) day.getValue() % 7;
    }
    Long parsed = value instanceof String text ? Texts.parseInteger(text) : null;
    if (parsed == null) {
      throw notConvertible("int", value);
    }
    return parsed;
  }

  private static Object toFloat(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    Double parsed = value instanceof String text ? Texts.parseFloat(text) : null;
    if (parsed == null) {
      throw notConvertible("float", value);
    }
    return parsed;
  }

  private static Fault notConvertible(String function, @Nullable Object value) {
    String what = value instanceof String text ? Fault.excerpt(text) : Values.typeName(value);
    return Fault.run("invalid operation: %s(%s)".formatted(function, what));
  }

  private static Object len(Evaluation evaluation, @Nullable Object value) {
    if (value instanceof List<?> list) {
      return (long) list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return (long) map.size();
    }
    if (value instanceof String text) {
      return Texts.length(evaluation, text);
    }
    throw invalid(value, "len");
  }

  private static @Nullable Object extreme(
      Evaluation evaluation, @Nullable Object[] arguments, String function) {
    if (arguments.length == 1 && arguments[0] == null) {
      return null;
    }
    return extreme(evaluation, Arrays.asList(arguments), null, function, 0);
  }

  /**
   * NaN is neither larger nor smaller than anything: it stays where it comes first and is passed
   * over elsewhere.
   */
  private static @Nullable Object extreme(
      Evaluation evaluation,
      List<? extends @Nullable Object> values,
      @Nullable Object sofar,
      String function,
      int depth) {
    Object best = sofar;
    for (Object value : values) {
      evaluation.step(1);
      if (value instanceof List<?> list) {
        best = extreme(evaluation, list, best, function, Evaluation.deeper(depth));
        continue;
      }
      if (!(value instanceof Number || value instanceof Duration)) {
        throw invalid(value, function);
      }
      boolean better =
          best == null
              || (function.equals("max")
                  ? Operators.less(evaluation, best, value)
                  : Operators.less(evaluation, value, best));
      best = better ? value : best;
    }
    return best;
  }

  private static Object mean(Evaluation evaluation, @Nullable Object[] arguments) {
    List<Double> numbers = numbers(evaluation, arguments, "mean");
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    return numbers.isEmpty() ? 0.0 : sum / numbers.size();
  }

  private static Object median(Evaluation evaluation, @Nullable Object[] arguments) {
    List<Double> numbers = numbers(evaluation, arguments, "median");
    if (numbers.isEmpty()) {
      return 0.0;
    }
    evaluation.step(numbers.size() * 8L);
    numbers.sort(null);
    int middle = numbers.size() / 2;
    return numbers.size() % 2 == 1
        ? numbers.get(middle)
        : (Object) ((numbers.get(middle - 1) + numbers.get(middle)) / 2);
  }

  private static List<Double> numbers(
      Evaluation evaluation, @Nullable Object[] arguments, String function) {
    List<Double> numbers = new ArrayList<>();
    collect(evaluation, Arrays.asList(arguments), numbers, function, 0);
    return numbers;
  }

  private static void collect(
      Evaluation evaluation,
      List<? extends @Nullable Object> values,
      List<Double> numbers,
      String function,
      int depth) {
    evaluation.allocate(values.size());
    for (Object value : values) {
      if (value instanceof List<?> list) {
        collect(evaluation, list, numbers, function, Evaluation.deeper(depth));
      } else if (value instanceof Number number) {
        numbers.add(number.doubleValue());
      } else if (value instanceof Duration duration) {
        numbers.add((double) duration.toNanos());
      } else {
        throw invalid(value, function);
      }
    }
  }

  private static Object abs(@Nullable Object value) {
    if (value instanceof Long number) {
      return number < 0 ? -number : number;
    }
    if (value instanceof Double number) {
      return number < 0 ? -number : number;
    }
    throw invalid(value, "abs");
  }

  private static Object rounded(
      @Nullable Object value, String function, DoubleUnaryOperator operator) {
    if (value instanceof Number number) {
      return operator.applyAsDouble(number.doubleValue());
    }
    throw invalid(value, function);
  }

  /** Java's own rounds halves up. */
  private static double halvesAwayFromZero(double value) {
    double magnitude = Math.abs(value);
    double floor = Math.floor(magnitude);
    return Math.copySign(magnitude - floor >= 0.5 ? floor + 1 : floor, value);
  }

  private static @Nullable Object end(Evaluation evaluation, @Nullable Object value, int index) {
    if (value instanceof String text) {
      return text.isEmpty() ? null : Operators.index(evaluation, text, (long) index);
    }
    if (value instanceof List<?> list && !list.isEmpty()) {
      return list.get(index < 0 ? list.size() - 1 : 0);
    }
    return null;
  }

  private static @Nullable Object get(
      Evaluation evaluation, @Nullable Object target, @Nullable Object key) {
    if (target instanceof Map<?, ?> map && (key instanceof String || map instanceof Groups)) {
      return map.get(key);
    }
    if (target instanceof List<?> list && key instanceof Number number) {
      long index = number.longValue() < 0 ? number.longValue() + list.size() : number.longValue();
      return index < 0 || index >= list.size() ? null : list.get((int) index);
    }
    boolean indexable = target instanceof Map || target instanceof List || target instanceof String;
    return indexable ? Operators.index(evaluation, target, key) : null;
  }

  private static Object take(List<?> list, long count) {
    if (count < 0) {
      throw Fault.run("cannot take %d elements".formatted(count));
    }
    return list.subList(0, (int) Math.min(count, list.size()));
  }

  private static Object reverse(Evaluation evaluation, List<?> list) {
    List<@Nullable Object> reversed = copy(evaluation, list);
    Collections.reverse(reversed);
    return reversed;
  }

  private static List<@Nullable Object> copy(Evaluation evaluation, Collection<?> elements) {
    evaluation.allocate(elements.size());
    return new ArrayList<>(elements);
  }

  private static Object uniq(Evaluation evaluation, List<?> list) {
    evaluation.allocate(list.size());
    List<@Nullable Object> unique = new ArrayList<>();
    Set<@Nullable Object> simple = new HashSet<>();
    List<Object> others = new ArrayList<>();
    for (Object element : list) {
      boolean fresh;
      if (element instanceof List || element instanceof Map || element instanceof ZonedDateTime) {
        fresh = !Operators.in(evaluation, element, others);
        if (fresh) {
          others.add(element);
        }
      } else {
        evaluation.step(element instanceof String text ? 1 + (text.length() >> 3) : 1);
        fresh = isNaN(element) || simple.add(acrossTypes(element));
      }
      if (fresh) {
        unique.add(element);
      }
    }
    return unique;
  }

  private static boolean isNaN(@Nullable Object value) {
    return value instanceof Double number && number.isNaN();
  }

  /** The same object for numbers that are equal, be they integers or floats. */
  private static @Nullable Object acrossTypes(@Nullable Object value) {
    if (value instanceof Double number) {
      return number + 0.0;
    }
    return value instanceof Long number && (long) (double) number == number
        ? (Object) (double) number
        : value;
  }

  private static Object concat(Evaluation evaluation, @Nullable Object[] arguments) {
    List<@Nullable Object> all = new ArrayList<>();
    for (Object argument : arguments) {
      List<?> list = array(argument, "concat");
      evaluation.allocate(list.size());
      all.addAll(list);
    }
    if (all.size() >= Evaluation.SIZE_LIMIT) {
      throw Fault.memory();
    }
    return all;
  }

  private static Object flatten(Evaluation evaluation, List<?> list) {
    List<@Nullable Object> flat = new ArrayList<>();
    flatten(evaluation, list, flat, 0);
    return flat;
  }

  private static void flatten(
      Evaluation evaluation, List<?> list, List<@Nullable Object> flat, int depth) {
    for (Object element : list) {
      evaluation.allocate(1);
      if (element instanceof List<?> inner) {
        flatten(evaluation, inner, flat, Evaluation.deeper(depth));
      } else {
        flat.add(element);
      }
    }
    if (flat.size() >= Evaluation.SIZE_LIMIT) {
      throw Fault.memory();
    }
  }

  private static Object sort(Evaluation evaluation, @Nullable Object[] arguments) {
    boolean descending = isDescending(stringOr(arguments, 1, "asc", "sort"));
    List<?> list = arguments[0] == null ? List.of() : array(arguments[0], "sort");
    return Sorting.sorted(evaluation, list, list, descending);
  }

  static boolean isDescending(String order) {
    if (!order.equals("asc") && !order.equals("desc")) {
      throw Fault.run("invalid order %s, expected asc or desc".formatted(Fault.excerpt(order)));
    }
    return order.equals("desc");
  }

  private static Object toPairs(Evaluation evaluation, Map<?, ?> map) {
    evaluation.allocate(2L * map.size());
    List<@Nullable Object> pairs = new ArrayList<>(map.size());
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      pairs.add(Arrays.asList(entry.getKey(), entry.getValue()));
    }
    return pairs;
  }

  private static Object fromPairs(Evaluation evaluation, List<?> pairs) {
    evaluation.allocate(pairs.size());
    Groups map = new Groups(false);
    for (Object element : pairs) {
      if (!(element instanceof List<?> pair && pair.size() == 2)) {
        throw Fault.run("invalid pair " + Formats.brief(element));
      }
      if (pair.get(0) instanceof List || pair.get(0) instanceof Map) {
        throw Fault.run("cannot use %s as a key".formatted(Values.typeName(pair.get(0))));
      }
      map.put(pair.get(0), pair.get(1));
    }
    return map;
  }

  private static boolean startsWith(Evaluation evaluation, String text, String prefix) {
    evaluation.read(prefix);
    return text.startsWith(prefix);
  }

  private static boolean endsWith(Evaluation evaluation, String text, String suffix) {
    evaluation.read(suffix);
    return text.endsWith(suffix);
  }

  private static Object now(Evaluation evaluation, @Nullable Object[] arguments) {
    ZonedDateTime now = evaluation.now().atZone(ZoneOffset.UTC);
    if (arguments.length == 0) {
      return now;
    }
    if (arguments[0] instanceof ZoneId zone) {
      return now.withZoneSameInstant(zone);
    }
    throw cannotUse(arguments[0], Parameter.ZONE, "now");
  }

  private static Object date(@Nullable Object[] arguments) {
    String text = string(arguments, 0, "date");
    if (arguments.length == 1) {
      return Times.parse(text);
    }
    ZoneId zone = arguments.length == 3 ? Times.zone(string(arguments, 2, "date")) : ZoneOffset.UTC;
    return Layout.of(string(arguments, 1, "date")).parse(text, zone);
  }

  private static long shift(long count) {
    if (count < 0) {
      throw Fault.run("invalid operation: negative shift count %d (type int)".formatted(count));
    }
    return count;
  }
}
