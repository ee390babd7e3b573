package dev.rollouts.controller.faults;

import java.util.ArrayList;
import java.util.List;

/** Two lists beside each other, as {@code diff} shows them. */
final class Differences {
  private static final int CONTEXT = 2;

  private Differences() {}

  /** Lines with {@code -} where only the first has them, with {@code +} only the second. */
  static String between(List<String> first, List<String> second) {
    int[][] common = new int[first.size() + 1][second.size() + 1];
    for (int i = first.size() - 1; i >= 0; i--) {
      for (int j = second.size() - 1; j >= 0; j--) {
        common[i][j] =
            first.get(i).equals(second.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    List<String> lines = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < first.size() || j < second.size()) {
      if (i < first.size() && j < second.size() && first.get(i).equals(second.get(j))) {
        lines.add("  " + first.get(i++));
        j++;
      } else if (j == second.size() || (i < first.size() && common[i + 1][j] >= common[i][j + 1])) {
        lines.add("- " + first.get(i++));
      } else {
        lines.add("+ " + second.get(j++));
      }
    }
    return String.join("\n", around(lines));
  }

  private static List<String> around(List<String> lines) {
    List<String> kept = new ArrayList<>();
    boolean left = false;
    for (int i = 0; i < lines.size(); i++) {
      boolean near =
          lines.subList(Math.max(0, i - CONTEXT), Math.min(lines.size(), i + CONTEXT + 1)).stream()
              .anyMatch(line -> !line.startsWith("  "));
      if (near) {
        if (left) {
          kept.add("  …");
        }
        kept.add(lines.get(i));
      }
      left = !near;
    }
    return kept;
  }
}
