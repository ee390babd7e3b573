package dev.rollouts.cli.plugin.line;

import java.util.Locale;

/** What somebody may have meant. */
final class Similar {
  private static final int DISTANCE_MAX = 2;

  private Similar() {}

  /** Whether a word is at most two edits away from a name, or its beginning. */
  static boolean isNear(String word, String name) {
    String lower = word.toLowerCase(Locale.ROOT);
    return !lower.isEmpty() && name.startsWith(lower) || distance(lower, name) <= DISTANCE_MAX;
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
