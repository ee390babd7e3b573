package dev.rollouts.engine;

import dev.rollouts.api.wire.OrderedMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why a decision is as it is: a rule that applied, to what, with which numbers. Messages, events
 * and explanations are renderings of reasons.
 *
 * @param rule id of the rule in docs/spec, such as {@code A-063}
 * @param subject what the rule was applied to: a metric's name, or {@code run}
 * @param facts the numbers and texts that the rule looked at, by name; plain JDK values
 */
public record Reason(String rule, String subject, Map<String, Object> facts) {
  /** Subject of reasons about the rollout as a whole. */
  public static final String ROLLOUT = "rollout";

  /** Subject of reasons about the run as a whole. */
  public static final String RUN = "run";

  public Reason {
    facts = OrderedMap.copyOf(facts);
  }

  /**
   * A reason about one metric or the run.
   *
   * @param facts names and values in turn
   */
  public static Reason of(String rule, String subject, Object... facts) {
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i + 1 < facts.length; i += 2) {
      named.put((String) facts[i], facts[i + 1]);
    }
    return new Reason(rule, subject, named);
  }
}
