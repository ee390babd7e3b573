package dev.rollouts.cli.jsonpath;

/** How much may still be looked at, so that no template runs for ever. */
final class Budget {
  private static final int VALUES_MAX = 2_000_000;

  private int left = VALUES_MAX;

  /** One more value is looked at. */
  void spend() {
    left--;
    if (left < 0) {
      throw new JsonPathException(
          "it looks at more than %d values; choose a narrower path".formatted(VALUES_MAX));
    }
  }
}
