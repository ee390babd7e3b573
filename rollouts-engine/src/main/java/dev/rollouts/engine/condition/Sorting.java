package dev.rollouts.engine.condition;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stable merge sort by the language's own {@code <}. Java's sort insists on a total order, which
 * NaN does not have, and cannot be stopped by a budget.
 */
final class Sorting {
  private Sorting() {}

  /** The elements in the order of their keys. */
  static List<@Nullable Object> sorted(
      Evaluation evaluation, List<?> elements, List<?> keys, boolean descending) {
    int size = elements.size();
    evaluation.allocate(size);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    int[] merged = new int[size];
    for (int width = 1; width < size; width *= 2) {
      evaluation.step(size);
      for (int low = 0; low < size; low += 2 * width) {
        int middle = Math.min(low + width, size);
        merge(
            evaluation,
            keys,
            descending,
            order,
            merged,
            low,
            middle,
            Math.min(low + 2 * width, size));
      }
      int[] swap = order;
      order = merged;
      merged = swap;
    }
    List<@Nullable Object> sorted = new ArrayList<>(size);
    for (int index : order) {
      sorted.add(elements.get(index));
    }
    return sorted;
  }

  private static void merge(
      Evaluation evaluation,
      List<?> keys,
      boolean descending,
      int[] from,
      int[] to,
      int low,
      int middle,
      int high) {
    int left = low;
    int right = middle;
    for (int i = low; i < high; i++) {
      boolean takeRight =
          left == middle
              || (right < high
                  && comesFirst(
                      evaluation, keys.get(from[right]), keys.get(from[left]), descending));
      to[i] = takeRight ? from[right++] : from[left++];
    }
  }

  private static boolean comesFirst(
      Evaluation evaluation, @Nullable Object a, @Nullable Object b, boolean descending) {
    return descending ? Operators.less(evaluation, b, a) : Operators.less(evaluation, a, b);
  }
}
