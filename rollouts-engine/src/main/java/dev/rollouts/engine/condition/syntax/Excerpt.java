package dev.rollouts.engine.condition.syntax;

/** Short enough pieces of a user's text for messages. */
final class Excerpt {
  private static final int LENGTH_LIMIT = 80;

  private Excerpt() {}

  static String of(String text) {
    if (text.length() <= LENGTH_LIMIT) {
      return text;
    }
    int end =
        Character.isHighSurrogate(text.charAt(LENGTH_LIMIT - 1)) ? LENGTH_LIMIT - 1 : LENGTH_LIMIT;
    return text.substring(0, end) + "…";
  }
}
