package dev.rollouts.engine.analysis.explain;

import dev.rollouts.engine.condition.syntax.ConditionParser;
import dev.rollouts.engine.condition.syntax.Node;
import dev.rollouts.engine.condition.syntax.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which comparison of a condition decided. */
final class Blame {
  private Blame() {}

  /**
   * The one comparison that decided over all of these values, if it was one and the same.
   *
   * @param success whether the condition failed them by not holding: then it has to be comparisons
   *     joined by {@code and}, and the blame is on one that did not hold. Otherwise it failed them
   *     by holding: joined by {@code or}, and one that held
   */
  static Optional<Comparison> find(String condition, boolean success, List<MeasuredValue> values) {
    List<Comparison> comparisons = Comparison.in(condition);
    if (values.isEmpty() || !isPlain(condition, success, comparisons.size())) {
      return Optional.empty();
    }
    List<Comparison> guilty = new ArrayList<>();
    for (Comparison comparison : comparisons) {
      boolean any = false;
      boolean all = true;
      for (MeasuredValue value : values) {
        List<Double> subjects = comparison.subjects(value);
        if (subjects.size() != 1) {
          return Optional.empty();
        }
        boolean decided = comparison.holds(subjects.get(0)) != success;
        any |= decided;
        all &= decided;
      }
      if (any != all) {
        return Optional.empty(); // now this one, now another
      }
      if (all) {
        guilty.add(comparison);
      }
    }
    return guilty.size() == 1 ? Optional.of(guilty.get(0)) : Optional.empty();
  }

  /** Whether the condition is that many comparisons with numbers, and nothing else. */
  private static boolean isPlain(String condition, boolean success, int comparisons) {
    if (!(ConditionParser.parse(condition) instanceof Parsed.Tree tree)) {
      return false;
    }
    if (tree.root() instanceof Node.Logical logical) {
      Node.LogicalOperator wanted = success ? Node.LogicalOperator.AND : Node.LogicalOperator.OR;
      return logical.operator() == wanted
          && logical.operands().size() == comparisons
          && logical.operands().stream().allMatch(Node.Binary.class::isInstance);
    }
    return tree.root() instanceof Node.Binary && comparisons == 1;
  }
}
