package dev.rollouts.codec;

/**
 * How much of a text is read before it is refused. The bounds are counted, not timed, so the same
 * text is always refused at the same place.
 *
 * @param bytesMax longest text in bytes of UTF-8; default 16 MiB
 * @param depthMax deepest nesting of objects and lists; default 128
 * @param nodesMax values of one document, aliases counted as often as they are used; default
 *     200,000
 * @param documentsMax documents of one text; default 10,000
 */
public record Limits(int bytesMax, int depthMax, int nodesMax, int documentsMax) {
  private static final Limits DEFAULTS = new Limits(16 << 20, 128, 200_000, 10_000);

  public Limits {
    if (bytesMax < 1 || depthMax < 1 || nodesMax < 1 || documentsMax < 1) {
      throw new IllegalArgumentException("every limit must be at least 1");
    }
    if (depthMax > 512) {
      throw new IllegalArgumentException("depthMax must be at most 512, was " + depthMax);
    }
  }

  /** The defaults. */
  public static Limits defaults() {
    return DEFAULTS;
  }

  /** The same limits with another length. */
  public Limits withBytesMax(int bytes) {
    return new Limits(bytes, depthMax, nodesMax, documentsMax);
  }

  /** The same limits with another depth, at most 512. */
  public Limits withDepthMax(int depth) {
    return new Limits(bytesMax, depth, nodesMax, documentsMax);
  }

  /** The same limits with another number of values. */
  public Limits withNodesMax(int nodes) {
    return new Limits(bytesMax, depthMax, nodes, documentsMax);
  }
}
