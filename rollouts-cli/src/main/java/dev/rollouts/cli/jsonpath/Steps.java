package dev.rollouts.cli.jsonpath;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The steps that a path has. */
final class Steps {
  private Steps() {}

  /** What a value is, for messages. */
  static String kind(@Nullable Object value) {
    return value instanceof Map
        ? "an object"
        : value instanceof List
            ? "a list"
            : value instanceof String
                ? "a text"
                : value == null ? "nothing" : "a " + value.getClass().getSimpleName();
  }

  /** The values in an object or a list; none in anything else. */
  private static Collection<?> within(@Nullable Object value) {
    return value instanceof Map<?, ?> map
        ? map.values()
        : value instanceof List<?> list ? list : List.of();
  }

  /** {@code .name}: what is not there is left out. */
  record Field(String name) implements Step {
    @Override
    public List<@Nullable Object> from(List<@Nullable Object> values, Budget budget) {
      List<@Nullable Object> found = new ArrayList<>();
      for (Object each : values) {
        budget.spend();
        if (each instanceof Map<?, ?> map && map.containsKey(name)) {
          found.add(map.get(name));
        }
      }
      return found;
    }
  }

  /** {@code .*}: whatever is in an object or a list. */
  record Wildcard() implements Step {
    @Override
    public List<@Nullable Object> from(List<@Nullable Object> values, Budget budget) {
      List<@Nullable Object> found = new ArrayList<>();
      for (Object each : values) {
        for (Object inner : within(each)) {
          budget.spend();
          found.add(inner);
        }
      }
      return found;
    }
  }

  /** {@code ..}: the objects and lists at any depth, this one first. */
  record Descent() implements Step {
    @Override
    public List<@Nullable Object> from(List<@Nullable Object> values, Budget budget) {
      List<@Nullable Object> found = new ArrayList<>();
      values.forEach(each -> descend(each, found, budget));
      return found;
    }

    private static void descend(
        @Nullable Object value, List<@Nullable Object> found, Budget budget) {
      budget.spend();
      Collection<?> within = within(value);
      if (!within.isEmpty()) {
        found.add(value);
        within.forEach(each -> descend(each, found, budget));
      }
    }
  }

  /**
   * {@code [2]}, {@code [-1]}, {@code [1:3]}, {@code [::2]}, {@code [*]}.
   *
   * @param from null for the beginning
   * @param to null for the end
   * @param single whether it is one index, which is {@code from}
   */
  record Slice(@Nullable Integer from, @Nullable Integer to, int step, boolean single)
      implements Step {
    @Override
    public List<@Nullable Object> from(List<@Nullable Object> values, Budget budget) {
      List<@Nullable Object> found = new ArrayList<>();
      for (Object each : values) {
        budget.spend();
        if (each == null) {
          continue;
        }
        if (!(each instanceof List<?> list)) {
          throw new JsonPathException("%s is %s, and not a list".formatted(shown(), kind(each)));
        }
        int size = list.size();
        int start = from == null ? 0 : from < 0 ? from + size : from;
        int end = single ? start + 1 : to == null ? size : to < 0 ? to + size : to;
        if (start == end) {
          continue;
        }
        requireWithin(start, start, size);
        requireWithin(end - 1, end - 1, size);
        if (start > end) {
          throw new JsonPathException(
              "starting index %d is greater than ending index %d".formatted(start, end));
        }
        for (int i = start; i < end; i += step) {
          budget.spend();
          found.add(list.get(i));
        }
      }
      return found;
    }

    private static void requireWithin(int index, int shown, int size) {
      if (index < 0 || index >= size) {
        throw new JsonPathException(
            "array index out of bounds: index %d, length %d".formatted(shown, size));
      }
    }

    private String shown() {
      return single ? "what [%d] is asked of".formatted(from) : "what a part is asked of";
    }
  }

  /** {@code ['a','b']}, {@code [0,2]}: the one, then the other. */
  record Union(List<List<Step>> choices) implements Step {
    @Override
    public List<@Nullable Object> from(List<@Nullable Object> values, Budget budget) {
      List<@Nullable Object> found = new ArrayList<>();
      for (List<Step> each : choices) {
        found.addAll(Step.all(each, values, budget));
      }
      return found;
    }
  }

  /** {@code "text"}, {@code 3}, {@code true}: whatever was there before. */
  record Literal(Object value) implements Step {
    @Override
    public List<@Nullable Object> from(List<@Nullable Object> values, Budget budget) {
      List<@Nullable Object> found = new ArrayList<>();
      found.add(value);
      return found;
    }
  }
}
