package dev.rollouts.cli.jsonpath;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of an expression: from values to values. */
interface Step {
  /** The values that come after these. */
  List<@Nullable Object> from(List<@Nullable Object> values, Budget budget);

  /** One step after the other. */
  static List<@Nullable Object> all(List<Step> steps, List<@Nullable Object> start, Budget budget) {
    List<@Nullable Object> here = start;
    for (Step each : steps) {
      here = each.from(here, budget);
    }
    return here;
  }
}
