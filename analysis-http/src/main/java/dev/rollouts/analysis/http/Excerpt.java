package dev.rollouts.analysis.http;

/** Foreign text as messages quote it. */
public final class Excerpt {
  private Excerpt() {}

  /**
   * The first characters of a text, with control characters other than line break and tab replaced
   * by U+FFFD.
   */
  public static String of(String text, int lengthMax) {
    int length = text.length();
    int end = Math.min(length, lengthMax);
    if (end < length && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    StringBuilder shown = new StringBuilder(end + 32);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean shows = !Character.isISOControl(c) || c == '\n' || c == '\t';
      shown.append(shows ? c : '\uFFFD');
    }
    if (end < length) {
      shown.append("… (").append(length - end).append(" more characters)");
    }
    return shown.toString();
  }
}
