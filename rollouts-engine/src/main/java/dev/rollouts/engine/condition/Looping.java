package dev.rollouts.engine.condition;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.jexl3.JexlScript;
import org.jspecify.annotations.Nullable;

/** The functions that look at every element of an array with a predicate. */
enum Looping {
  ALL("all", true, true, false) {
    @Override
    Object run(Loop loop) {
      return loop.indexOf(false) < 0;
    }
  },
  ANY("any", true, true, false) {
    @Override
    Object run(Loop loop) {
      return loop.indexOf(true) >= 0;
    }
  },
  NONE("none", true, true, false) {
    @Override
    Object run(Loop loop) {
      return loop.indexOf(true) < 0;
    }
  },
  ONE("one", true, true, false) {
    @Override
    Object run(Loop loop) {
      return loop.count() == 1;
    }
  },
  FILTER("filter", true, true, false) {
    @Override
    Object run(Loop loop) {
      List<@Nullable Object> kept = new ArrayList<>();
      for (int i = 0; i < loop.size(); i++) {
        if (loop.holds(i)) {
          loop.evaluation.allocate(1);
          kept.add(loop.element(i));
        }
      }
      return kept;
    }
  },
  MAP("map", true, false, true) {
    @Override
    Object run(Loop loop) {
      return loop.values();
    }
  },
  COUNT("count", false, true, false) {
    @Override
    Object run(Loop loop) {
      return loop.count();
    }
  },
  SUM("sum", false, false, false) {
    @Override
    Object run(Loop loop) {
      Object sum = 0L;
      for (int i = 0; i < loop.size(); i++) {
        Object value = loop.value(i);
        // The first one decides whether this is about numbers or durations.
        sum =
            i == 0 && value instanceof Duration duration
                ? duration
                : Operators.add(loop.evaluation, value, sum);
      }
      return sum;
    }
  },
  FIND("find", true, true, false) {
    @Override
    @Nullable Object run(Loop loop) {
      int index = loop.indexOf(true);
      return index < 0 ? null : loop.element(index);
    }
  },
  FIND_LAST("findLast", true, true, false) {
    @Override
    @Nullable Object run(Loop loop) {
      int index = loop.lastIndex();
      return index < 0 ? null : loop.element(index);
    }
  },
  FIND_INDEX("findIndex", true, true, false) {
    @Override
    @Nullable Object run(Loop loop) {
      int index = loop.indexOf(true);
      return index < 0 ? null : (Object) (long) index;
    }
  },
  FIND_LAST_INDEX("findLastIndex", true, true, false) {
    @Override
    @Nullable Object run(Loop loop) {
      int index = loop.lastIndex();
      return index < 0 ? null : (Object) (long) index;
    }
  },
  GROUP_BY("groupBy", true, false, false) {
    @Override
    Object run(Loop loop) {
      Groups groups = new Groups(true);
      for (int i = 0; i < loop.size(); i++) {
        Object key = loop.value(i);
        if (key instanceof List || key instanceof Map) {
          throw Fault.run("cannot use %s as a key".formatted(Values.typeName(key)));
        }
        loop.evaluation.allocate(1);
        @SuppressWarnings("unchecked")
        List<@Nullable Object> group =
            (List<@Nullable Object>) groups.computeIfAbsent(key, k -> new ArrayList<>());
        group.add(loop.element(i));
      }
      return groups;
    }
  },
  SORT_BY("sortBy", true, false, false) {
    @Override
    Object run(Loop loop) {
      String order =
          loop.hasExtra()
              ? Builtins.string(new @Nullable Object[] {loop.extra()}, 0, "sortBy")
              : "asc";
      boolean descending = Builtins.isDescending(order);
      return Sorting.sorted(loop.evaluation, loop.elements, loop.values(), descending);
    }
  },
  REDUCE("reduce", true, false, true) {
    @Override
    @Nullable Object run(Loop loop) {
      if (loop.size() == 0 && !loop.hasExtra()) {
        throw Fault.run("reduce of empty array with no initial value");
      }
      Object sofar = loop.hasExtra() ? loop.extra() : loop.element(0);
      for (int i = loop.hasExtra() ? 0 : 1; i < loop.size(); i++) {
        sofar = loop.value(i, sofar);
      }
      return sofar;
    }
  };

  private static final Map<String, Looping> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toMap(looping -> looping.title, Function.identity()));

  private final String title;
  private final boolean predicateRequired;
  private final boolean boolPredicate;
  private final boolean indexed;

  Looping(String title, boolean predicateRequired, boolean boolPredicate, boolean indexed) {
    this.title = title;
    this.predicateRequired = predicateRequired;
    this.boolPredicate = boolPredicate;
    this.indexed = indexed;
  }

  static @Nullable Looping named(String name) {
    return BY_NAME.get(name);
  }

  String title() {
    return title;
  }

  /** Whether it makes no sense without a predicate. */
  boolean isPredicateRequired() {
    return predicateRequired;
  }

  /** Whether the predicate has to answer true or false. */
  boolean hasBoolPredicate() {
    return boolPredicate;
  }

  /** Whether the predicate knows {@code #index}. */
  boolean isIndexed() {
    return indexed;
  }

  /** Whether the predicate knows {@code #acc}. */
  boolean isAccumulating() {
    return this == REDUCE;
  }

  /** Whether a third argument may follow: an initial value, or an order. */
  boolean takesExtra() {
    return this == REDUCE || this == SORT_BY;
  }

  /**
   * What it answers for arrays of that type and a predicate of that type (of the elements, if there
   * is none).
   */
  Type result(Type array, Type predicate) {
    return switch (this) {
      case ALL, ANY, NONE, ONE -> Type.BOOLEAN;
      case FILTER, SORT_BY -> Type.arrayOf(array.elementOrAny());
      case MAP -> Type.arrayOf(predicate);
      case COUNT, FIND_INDEX, FIND_LAST_INDEX -> Type.INTEGER;
      case SUM -> predicate.isNumber() || predicate.is(Type.Kind.DURATION) ? predicate : Type.ANY;
      case FIND, FIND_LAST -> array.elementOrAny();
      case GROUP_BY -> Type.GROUPS;
      case REDUCE -> Type.ANY;
    };
  }

  abstract @Nullable Object run(Loop loop);

  /** One call: the elements, and what is evaluated for each of them. */
  static final class Loop {
    private final Evaluation evaluation;
    private final List<?> elements;
    private final @Nullable JexlScript body;
    private final boolean indexed;
    private final boolean accumulating;
    private final long cost;
    private final @Nullable Object[] arguments;

    /**
     * @param arguments the array, the predicate and the third argument, as far as they are there
     * @param hasPredicate whether the second argument is a predicate
     * @param cost the steps that one evaluation of the predicate costs
     */
    Loop(
        Evaluation evaluation,
        Looping looping,
        @Nullable Object[] arguments,
        boolean hasPredicate,
        long cost) {
      this.evaluation = evaluation;
      this.elements = elements(evaluation, looping, arguments[0]);
      this.body = hasPredicate ? (JexlScript) arguments[1] : null;
      this.indexed = looping.isIndexed();
      this.accumulating = looping.isAccumulating();
      this.cost = cost;
      this.arguments = arguments;
    }

    private static List<?> elements(
        Evaluation evaluation, Looping looping, @Nullable Object value) {
      if (value instanceof List<?> list) {
        return list;
      }
      if (value instanceof String text) {
        evaluation.allocate(text.length());
        List<Long> bytes = new ArrayList<>(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
          bytes.add((long) (b & 0xFF));
        }
        return bytes;
      }
      throw Fault.run(
          "builtin %s takes only array (got %s)".formatted(looping.title, Values.typeName(value)));
    }

    private int size() {
      return elements.size();
    }

    private @Nullable Object element(int i) {
      return elements.get(i);
    }

    private boolean hasExtra() {
      return arguments.length > 2;
    }

    private @Nullable Object extra() {
      return arguments[2];
    }

    private @Nullable Object value(int i) {
      evaluation.step(cost);
      if (body == null) {
        return element(i);
      }
      return indexed
          ? body.execute(evaluation, element(i), (long) i)
          : body.execute(evaluation, element(i));
    }

    private @Nullable Object value(int i, @Nullable Object sofar) {
      evaluation.step(cost);
      return body == null || !accumulating
          ? sofar
          : body.execute(evaluation, element(i), (long) i, sofar);
    }

    private boolean holds(int i) {
      return Operators.truth(value(i));
    }

    /** Where the predicate first has that outcome, or -1. */
    private int indexOf(boolean outcome) {
      for (int i = 0; i < size(); i++) {
        if (holds(i) == outcome) {
          return i;
        }
      }
      return -1;
    }

    private int lastIndex() {
      for (int i = size() - 1; i >= 0; i--) {
        if (holds(i)) {
          return i;
        }
      }
      return -1;
    }

    private long count() {
      long count = 0;
      for (int i = 0; i < size(); i++) {
        if (holds(i)) {
          count++;
        }
      }
      return count;
    }

    private List<@Nullable Object> values() {
      evaluation.allocate(size());
      List<@Nullable Object> values = new ArrayList<>(size());
      for (int i = 0; i < size(); i++) {
        values.add(value(i));
      }
      return values;
    }
  }
}
