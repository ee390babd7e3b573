package dev.rollouts.api.wire;

import java.util.List;

/**
 * A record read from a tree, and what was wrong with the tree.
 *
 * @param value always complete: a malformed or absent field has its zero value, the rest is as
 *     written
 * @param problems in document order; empty when the tree fits the model exactly
 */
public record Decoded<R>(R value, List<Problem> problems) {
  public Decoded {
    problems = List.copyOf(problems);
  }
}
